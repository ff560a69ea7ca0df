import { CodedError } from '@backlot/base/errors'
import type { ErrorCode } from '@backlot/contract/errors'
import type { Limit, LimitChange } from '@backlot/contract/schemas/limits'
import { foreignKeyViolation } from '@backlot/db/errors'
import type { Unit } from '@backlot/db/unit'
import type { FarmContext } from './context.ts'
import { deleteLimit } from './queries/delete-limit.ts'
import { leasableSteps } from './queries/leasable-steps.ts'
import { listLimits } from './queries/list-limits.ts'
import { readUsages } from './queries/read-usages.ts'
import { type NewLimit, writeLimit } from './queries/write-limit.ts'

/** The limits of a tenant with what runs under them. */
export async function describeLimits({ tx }: Unit, tenantId: string): Promise<Limit[]> {
  const [limits, usages] = await Promise.all([listLimits(tx), readUsages(tx, [tenantId])])
  const running = new Map(usages.map((usage) => [`${usage.kind} ${usage.name}`, usage.running]))
  return limits.map((limit) => ({ ...limit, running: running.get(`${limit.kind} ${limit.name}`) ?? 0 }))
}

/** Sets a limit. Workers that it lets work are told at once; what runs beyond a lower one goes on. */
export async function changeLimit(context: FarmContext, unit: Unit, limit: NewLimit): Promise<Limit> {
  const { tenantId, kind, name } = limit
  await writeLimit(unit.tx, limit).catch((cause: unknown) => {
    if (foreignKeyViolation(cause) === undefined) throw cause
    throw new CodedError<ErrorCode>('tenant.not_found', 'There is no such tenant.', { details: { tenantId }, cause })
  })
  await wakeTenant(context, unit, tenantId)
  const all = await describeLimits(unit, tenantId)
  return all.find((each) => each.kind === kind && each.name === name) as Limit
}

export async function removeLimit(
  context: FarmContext,
  unit: Unit,
  { tenantId, kind, name }: Pick<NewLimit, 'tenantId' | 'kind' | 'name'>,
): Promise<void> {
  await deleteLimit(unit.tx, { kind, name })
  await wakeTenant(context, unit, tenantId)
}

/** What a request leaves out means nothing special. */
export function newLimit(tenantId: string, change: LimitChange): NewLimit {
  return { tenantId, most: null, least: 0, weight: 1, ...change }
}

async function wakeTenant(context: FarmContext, { tx, afterCommit }: Unit, tenantId: string): Promise<void> {
  const steps = await leasableSteps(tx, [tenantId])
  afterCommit(() => context.wake(steps))
}
