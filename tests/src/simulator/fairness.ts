import type { Lease } from '@backlot/contract/schemas/farm'
import { hasRoom } from './limits.ts'
import type { Snapshot, StepRow } from './snapshot.ts'

/** As `stayMilliseconds` of the farm, and as far as a server's clock is off. */
const stayMilliseconds = 60_000
const mostClockError = 90_000

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
  if (mayStayWith(before, worker, got.job)) return []
  const has = runningOf(before, got.owner)
  const poorer = others.find((step) => step.priority === got.priority && runningOf(before, step.owner) < has)
  return poorer === undefined ? [] : [`who has ${has} tasks came before who has ${runningOf(before, poorer.owner)}`]
}

/** The worker had a task of the job lately: any server may remember that, by its own clock. */
function mayStayWith({ attempts }: Snapshot, worker: string, job: string): boolean {
  const times = attempts.map(({ leased_at }) => Date.parse(leased_at))
  const since = Math.max(...times) - stayMilliseconds - mostClockError
  return attempts.some((one) => one.worker === worker && one.job === job && Date.parse(one.leased_at) > since)
}

function runningOf({ steps }: Snapshot, owner: string): number {
  return steps.filter((step: StepRow) => step.owner === owner).reduce((sum, { running }) => sum + running, 0)
}
