import type { Capped, Caps } from './caps.ts'
import type { Party, Shares } from './shares.ts'

export interface RankedStep extends Party, Capped {
  stepId: string
  jobId: string
  priority: number
  /** Tasks that could be leased. */
  available: number
}

/** A worker with free slots. */
export interface LeaseAsk {
  workerId: string
  slots: number
}

/** With the steps that it could work on: by priority, then by age. */
export interface Asking extends LeaseAsk {
  steps: readonly RankedStep[]
  /** The job whose scene it has loaded, and that it may go on with. */
  stayWith?: string | undefined
}

/** One task of this step for this worker. */
export interface Grant {
  workerId: string
  step: RankedStep
}

/**
 * Hands out the tasks of the ranked steps, one slot after the other: of the highest priority, of the party that has
 * the smallest share (`Shares.compare`), the oldest. A worker that may stay with a job does so, unless something of a
 * higher priority waits. A pool that has less than it was promised comes before all of that. No locks are held yet, so a
 * grant is a wish: a step may have fewer tasks by the time its job is locked. `shares` and `caps` count what is granted.
 */
export function allocate(asking: readonly Asking[], shares: Shares, caps: Caps): Grant[] {
  const left = new Map<string, number>()
  const leftOf = (step: RankedStep) => left.get(step.stepId) ?? step.available
  const lines = new Map<readonly RankedStep[], Line[]>()
  const grants: Grant[] = []
  for (const { workerId, slots, steps, stayWith } of asking) {
    const own = lines.get(steps) ?? linesOf(steps)
    lines.set(steps, own)
    for (let slot = 0; slot < slots; slot++) {
      const chosen = choose(own, { shares, caps, leftOf, stayWith })
      if (chosen === undefined) break
      left.set(chosen.stepId, leftOf(chosen) - 1)
      shares.give(chosen)
      caps.take(chosen)
      grants.push({ workerId, step: chosen })
    }
  }
  return grants
}

/** The steps of one party at one priority, oldest first. Only the first with tasks left can be chosen. */
interface Line {
  steps: RankedStep[]
  first: number
}

/** Lines of the highest priority first; equal ones by the age of their first step. */
function linesOf(steps: readonly RankedStep[]): Line[] {
  const key = ({ priority, tenantId, projectId, ownerId }: RankedStep) =>
    `${priority} ${tenantId} ${projectId} ${ownerId}`
  return [...Map.groupBy(steps, key).values()].map((line) => ({ steps: line, first: 0 }))
}

interface Choice {
  shares: Shares
  caps: Caps
  leftOf: (step: RankedStep) => number
  stayWith: string | undefined
}

function choose(lines: readonly Line[], { shares, caps, leftOf, stayWith }: Choice): RankedStep | undefined {
  const isOpen = (step: RankedStep) => leftOf(step) > 0 && caps.full(step).length === 0
  // Of all lines before any is chosen from: a worker that stays with its job does not go before a promise either.
  if (caps.hasPromises) {
    const promised = findPromised(lines, (step) => caps.isPromised(step) && isOpen(step))
    if (promised !== undefined) return promised
  }
  let best: RankedStep | undefined
  for (const line of lines) {
    while (line.first < line.steps.length && leftOf(line.steps[line.first] as RankedStep) <= 0) line.first++
    if (best !== undefined && (line.steps[0] as RankedStep).priority < best.priority) continue
    const loaded = stayWith === undefined ? undefined : line.steps.find((step) => step.jobId === stayWith)
    if (loaded !== undefined && isOpen(loaded)) return loaded
    const head = line.steps.slice(line.first).find(isOpen)
    if (head === undefined) continue
    if (best === undefined || shares.compare(head, best) < 0) best = head
  }
  return best
}

function findPromised(lines: readonly Line[], isIt: (step: RankedStep) => boolean): RankedStep | undefined {
  for (const line of lines) {
    const found = line.steps.find(isIt)
    if (found !== undefined) return found
  }
  return undefined
}
