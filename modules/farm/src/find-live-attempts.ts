import type { FarmContext } from './context.ts'
import { findAttempts, type LiveAttempt } from './queries/find-attempts.ts'

/** For each of the asked attempts, what it is while it runs with this fence; undefined when it ended or never was. */
export async function findLiveAttempts(
  context: FarmContext,
  asked: readonly { attemptId: string; fence: number }[],
): Promise<(LiveAttempt | undefined)[]> {
  const found = await context.unit(({ tx }) => findAttempts(tx, asked))
  const live = new Map(found.map((attempt) => [`${attempt.attemptId} ${attempt.fence}`, attempt]))
  return asked.map(({ attemptId, fence }) => live.get(`${attemptId} ${fence}`))
}
