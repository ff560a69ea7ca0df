import type { TestDatabase } from '@backlot/db/testing/cluster-database'
import type { LimitChange } from '@backlot/contract/schemas/limits'
import { by } from '../farm/tenant.ts'
import type { Operation } from './actors.ts'
import type { Stage } from './operations.ts'
import { pick } from './random.ts'
import type { Snapshot, StepRow } from './snapshot.ts'

/** The limits with which every schedule begins: small, so that they bind. A third of the jobs is in the pool or needs the licence. */
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

/** Nothing is begun beyond a limit. What ran before the limit was lowered goes on. */
export function limitsHold(before: Snapshot, after: Snapshot, together: boolean): string[] {
  const known = new Set(before.attempts.map(({ id }) => id))
  const begun = new Set(
    after.attempts.filter(({ id, state }) => !known.has(id) && state === 'running').map(({ step }) => step),
  )
  const were = new Map(boundsOf(before).map(({ name, most }) => [name, most]))
  return boundsOf(after)
    .filter(({ name, most, running, binds }) => {
      // Of two things at once the lease may have come before the change.
      const allowed = together ? Math.max(most, were.get(name) ?? Infinity) : most
      return running > allowed && after.steps.some((step) => begun.has(step.id) && binds(step))
    })
    .map(({ name, most, running }) => `the limit of ${name} is exceeded: ${running} run, ${most} may`)
}

/** An administrator changes one of the studio's limits. */
export function changeLimit({ tenant }: Pick<Stage, 'tenant'>, dice: readonly number[]): Operation | undefined {
  const [which = 0, height = 0] = dice
  const limit = pick(limitsOfStudio, which)
  if (limit === undefined) return undefined
  const { kind, name } = limit
  const most = 1 + Math.floor(height * 4)
  return {
    label: `the limit of ${kind} ${name} becomes ${most}`,
    send: async ({ server: { farm } }) => {
      if (kind === 'tenant') {
        const body = { most, weight: 1 }
        const params = { tenantId: tenant.tenantId }
        await farm.routes.setTenantLimit({ body, params, query: undefined }, by(tenant.person('global_admin')))
      } else {
        const body = { kind, name, most, ...(kind === 'pool' && { least: 0 }) } as LimitChange
        await farm.routes.setLimit({ body, params: undefined, query: undefined }, by(tenant.person('tenant_admin')))
      }
    },
  }
}

/** Whether one more task of the step may run. */
export function hasRoom(after: Snapshot, step: StepRow): boolean {
  return boundsOf(after).every(({ binds, running, most }) => !binds(step) || running < most)
}
