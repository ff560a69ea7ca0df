import type { Person, RequestContext } from '@backlot/contract/handler'

/** Everything that is written down. Names never change their meaning. */
type AuditAction =
  | 'installation.set_up'
  | 'tenant.created'
  | 'tenant.entered_by_global_admin'
  | 'member.added'
  | 'member.role_changed'
  | 'project.created'

export interface AuditEntry {
  tenantId: string
  at: Date
  actorId: string
  actorName: string
  action: AuditAction
  details: Record<string, unknown>
  address: string
  requestId: string
}

/** Who did it, from where. */
export function actorOf({
  caller,
  address,
  requestId,
}: RequestContext<Person>): Pick<AuditEntry, 'actorId' | 'actorName' | 'address' | 'requestId'> {
  return { actorId: caller.userId, actorName: caller.name, address, requestId }
}
