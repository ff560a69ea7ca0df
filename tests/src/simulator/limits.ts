import type { TestDatabase } from '@backlot/db/testing/cluster-database'
import type { Snapshot, StepRow } from './snapshot.ts'

/** The limits of every schedule: small, so that they bind. A third of the jobs is in the pool or needs the licence. */
export const limitsOfStudio: Snapshot['limits'] = [
  { kind: 'tenant', name: '', most: 4 },
  { kind: 'pool', name: 'heavy', most: 1 },
  { kind: 'licence', name: 'nuke', most: 1 },
]

export async function setLimits({ admin }: Pick<TestDatabase, 'admin'>, tenantId: string): Promise<void> {
  for (const { kind, name, most } of limitsOfStudio) {
    await admin('insert into backlot.farm_limits (tenant_id, kind, name, most) values ($1, $2, $3, $4)', [
      tenantId,
      kind,
      name,
      String(most),
    ])
  }
}

interface Bound {
  name: string
  most: number
  running: number
  binds: (step: StepRow) => boolean
}

/** Everything that bounds how much runs at once, with what does, counted from the live leases. */
function boundsOf({ limits, steps, attempts }: Snapshot): Bound[] {
  const live = Map.groupBy(
    attempts.filter(({ state }) => state === 'running'),
    ({ step }) => step,
  )
  const running = (binds: Bound['binds']) =>
    steps.filter(binds).reduce((sum, { id }) => sum + (live.get(id)?.length ?? 0), 0)
  const shared = limits.map(({ kind, name, most }) => {
    const binds = ({ pool, licences }: StepRow) =>
      kind === 'tenant' || (kind === 'pool' ? pool === name : licences.includes(name))
    return { name: `${kind} ${name}`, most, running: running(binds), binds }
  })
  const jobs = new Map(steps.flatMap(({ job, most_running }) => (most_running === null ? [] : [[job, most_running]])))
  const own = [...jobs].map(([job, most]) => {
    const binds = (step: StepRow) => step.job === job
    return { name: `job ${job}`, most, running: running(binds), binds }
  })
  return [...shared, ...own]
}

export function limitsHold(after: Snapshot): string[] {
  return boundsOf(after)
    .filter(({ most, running }) => running > most)
    .map(({ name, most, running }) => `the limit of ${name} is exceeded: ${running} run, ${most} may`)
}

/** Whether one more task of the step may run. */
export function hasRoom(after: Snapshot, step: StepRow): boolean {
  return boundsOf(after).every(({ binds, running, most }) => !binds(step) || running < most)
}
