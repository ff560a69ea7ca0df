import type { Unit } from '@backlot/db/unit'
import type { LeaseAsk } from './allocate.ts'
import { Caps, type Usage } from './caps.ts'
import { countShares } from './queries/count-shares.ts'
import type { WorkerAtStep } from './queries/forget-strikes.ts'
import { listWeights, type Weight } from './queries/list-weights.ts'
import { readUsages } from './queries/read-usages.ts'
import { type Ranking, rankSteps } from './queries/rank-steps.ts'
import type { Share } from './shares.ts'

/** What workers could be given, as of a moment before the locks. */
export interface Queue {
  ranked: readonly Ranking[]
  shares: readonly Share[]
  usages: readonly Usage[]
  weights: readonly Weight[]
  /** Something was left out because it is at its limit. */
  isLimited: boolean
}

/** `without`: jobs that are passed over. `depth`: how far down, in tasks; default: what the asks could take. */
export async function rankQueue(
  { tx }: Unit,
  asks: readonly LeaseAsk[],
  { without = [], depth = 0 }: { without?: readonly string[]; depth?: number } = {},
): Promise<Queue> {
  if (asks.length === 0) return { ranked: [], shares: [], usages: [], weights: [], isLimited: false }
  const workerIds = asks.map(({ workerId }) => workerId)
  const slots = Math.max(
    depth,
    asks.reduce((sum, ask) => sum + ask.slots, 0),
  )
  const usages = await readUsages(tx)
  const full = Caps.fullOf(usages)
  const [ranked, shares, weights] = await Promise.all([
    rankSteps(tx, { workerIds, slots, without, full, promised: Caps.promisedOf(usages) }),
    countShares(tx),
    listWeights(tx),
  ])
  const isLimited = usages.some(({ most, running }) => most !== null && running >= most)
  return { ranked, shares, usages, weights, isLimited }
}

/** The ranking was made before these workers were kept off these steps. */
export function withoutSteps(queue: Queue, keptOff: readonly WorkerAtStep[]): Queue {
  if (keptOff.length === 0) return queue
  const pairs = new Set(keptOff.map(({ workerId, stepId }) => `${workerId} ${stepId}`))
  const left = queue.ranked.flatMap(({ workers, steps, cut }) =>
    workers.map((workerId) => ({
      cut,
      workers: [workerId],
      steps: steps.filter(({ stepId }) => !pairs.has(`${workerId} ${stepId}`)),
    })),
  )
  return { ...queue, ranked: left }
}
