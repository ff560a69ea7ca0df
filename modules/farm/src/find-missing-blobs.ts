import type { FarmContext } from './context.ts'

export interface BlobQuestion {
  tenantId: string
  hashes: readonly string[]
}

/** For each question, those of its files that are not in storage. One look-up for each tenant, not for each question. */
export async function findMissingBlobs(
  { missingBlobs }: Pick<FarmContext, 'missingBlobs'>,
  questions: readonly BlobQuestion[],
): Promise<string[][]> {
  const missing = new Map<string, ReadonlySet<string>>()
  for (const [tenantId, ofTenant] of Map.groupBy(questions, (question) => question.tenantId)) {
    const hashes = new Set(ofTenant.flatMap((question) => question.hashes))
    missing.set(tenantId, new Set(await missingBlobs(tenantId, [...hashes])))
  }
  return questions.map(({ tenantId, hashes }) => hashes.filter((hash) => missing.get(tenantId)?.has(hash)))
}
