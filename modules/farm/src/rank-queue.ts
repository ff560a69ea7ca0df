import type { Unit } from '@backlot/db/unit'
import type { LeaseAsk } from './allocate.ts'
import { countShares } from './queries/count-shares.ts'
import type { WorkerAtStep } from './queries/forget-strikes.ts'
import { type Ranking, rankSteps } from './queries/rank-steps.ts'
import type { Share } from './shares.ts'

/** What workers could be given, as of a moment before the locks. */
export interface Queue {
  ranked: readonly Ranking[]
  shares: readonly Share[]
}

export async function rankQueue(
  { tx }: Unit,
  asks: readonly LeaseAsk[],
  without: readonly string[] = [],
): Promise<Queue> {
  if (asks.length === 0) return { ranked: [], shares: [] }
  const workerIds = asks.map(({ workerId }) => workerId)
  const slots = asks.reduce((sum, ask) => sum + ask.slots, 0)
  const [ranked, shares] = await Promise.all([rankSteps(tx, { workerIds, slots, without }), countShares(tx)])
  return { ranked, shares }
}

/** The ranking was made before these workers were kept off these steps. */
export function withoutSteps({ ranked, shares }: Queue, keptOff: readonly WorkerAtStep[]): Queue {
  if (keptOff.length === 0) return { ranked, shares }
  const pairs = new Set(keptOff.map(({ workerId, stepId }) => `${workerId} ${stepId}`))
  const left = ranked.flatMap(({ workers, steps, cut }) =>
    workers.map((workerId) => ({
      cut,
      workers: [workerId],
      steps: steps.filter(({ stepId }) => !pairs.has(`${workerId} ${stepId}`)),
    })),
  )
  return { ranked: left, shares }
}
