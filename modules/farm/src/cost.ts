import type { JobCost } from '@backlot/contract/schemas/jobs'
import type { Tx } from '@backlot/db/tx'
import type { JobProgress } from './progress.ts'
import { type CostSums, sumCost } from './queries/sum-cost.ts'

/** What a job costs by the rates of its workers; null where no rate is known. */
export async function costOf(
  tx: Tx,
  {
    jobId,
    progress,
    isEnded,
    now,
  }: { jobId: string; progress: Pick<JobProgress, 'frames' | 'samples'>; isEnded: boolean; now: Date },
): Promise<JobCost | null> {
  return describeCost(await sumCost(tx, jobId, now), progress, isEnded)
}

/** What is left costs as much a frame as what is there; samples of a still count as its frames. */
export function describeCost(
  { cost, ratedSeconds, workerSeconds }: CostSums,
  { frames, samples }: Pick<JobProgress, 'frames' | 'samples'>,
  isEnded: boolean,
): JobCost | null {
  if (ratedSeconds === 0) return null
  const { completed, total } = samples ?? frames
  const estimate = completed === 0 ? null : (cost * total) / completed
  return { soFar: cost, total: isEnded ? cost : estimate, ratedSeconds, workerSeconds }
}
