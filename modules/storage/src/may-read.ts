import type { Tenanted } from '@backlot/contract/handler'
import type { StorageDeps } from './deps.ts'

/**
 * Which of these files the caller may not read. A person reads every file of the tenant, a worker those of the job that
 * it works on: its trees, and what earlier steps made.
 */
export async function unreadable(
  { ports, members }: Pick<StorageDeps, 'ports' | 'members'>,
  caller: Tenanted,
  hashes: readonly string[],
): Promise<readonly string[]> {
  if (caller.kind === 'person') return []
  const { tenantId, jobId } = caller
  let rest = hashes
  for (const treeId of await ports.treesOfJob(tenantId, jobId)) {
    if (rest.length === 0) return []
    const inTree = await members.of(tenantId, treeId)
    rest = rest.filter((sha256) => !inTree.has(sha256))
  }
  if (rest.length === 0) return []
  const outputs = new Set(await ports.outputsOfJob(tenantId, jobId, rest))
  return rest.filter((sha256) => !outputs.has(sha256))
}
