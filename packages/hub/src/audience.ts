import type { Caller } from '@backlot/contract/handler'
import { isAllowed } from '@backlot/contract/roles'
import type { Audience } from './broker.ts'

/** What a caller may see. A worker sees what is for it alone; a person sees the tenant's, or only the own part of it. */
export function maySee(caller: Caller, audience: Audience): boolean {
  if (caller.kind === 'worker') return audience.workerId === caller.workerId
  if (caller.kind !== 'person' || audience.workerId !== undefined) return false
  if (audience.tenantId !== undefined && audience.tenantId !== caller.tenantId) return false
  if (audience.permission !== undefined && !isAllowed(caller.role, audience.permission)) return false
  return (
    audience.ownerId === undefined || audience.ownerId === caller.userId || isAllowed(caller.role, 'jobs.manage_all')
  )
}
