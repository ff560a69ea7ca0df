import type { Lease } from '@backlot/contract/schemas/farm'
import { hasRoom } from './limits.ts'
import type { Snapshot, StepRow } from './snapshot.ts'

/**
 * Of what a worker could be given, it got what comes first: of the highest priority, of the person of whom least runs. One
 * that has the scene of a job loaded may go on with it.
 */
export function turnsAreFair(before: Snapshot, worker: string, leases: readonly Lease[]): string[] {
  const [lease, ...more] = leases
  const got = before.steps.find(({ job, kind }) => job === lease?.jobId && kind === lease.step)
  if (got === undefined || more.length > 0) return []
  const barred = new Set(
    before.strikes.filter((strike) => strike.worker === worker && strike.kept_off_at !== null).map(({ step }) => step),
  )
  const others = before.steps.filter((step) => step.leasable && !barred.has(step.id) && hasRoom(before, step))
  const urgent = others.find(({ priority }) => priority > got.priority)
  if (urgent !== undefined) return [`priority ${got.priority} came before ${urgent.priority}`]
  const latest = before.attempts.findLast((attempt) => attempt.worker === worker)
  if (latest?.job === got.job) return []
  const has = runningOf(before, got.owner)
  const poorer = others.find((step) => step.priority === got.priority && runningOf(before, step.owner) < has)
  return poorer === undefined ? [] : [`who has ${has} tasks came before who has ${runningOf(before, poorer.owner)}`]
}

function runningOf({ steps }: Snapshot, owner: string): number {
  return steps.filter((step: StepRow) => step.owner === owner).reduce((sum, { running }) => sum + running, 0)
}
