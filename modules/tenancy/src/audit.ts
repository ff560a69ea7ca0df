import type { Person, RequestContext } from '@backlot/contract/handler'
import type { AuditEntry } from './queries/insert-audit.ts'

/** Everything that is written down. Names never change their meaning. */
export type AuditAction =
  | 'installation.set_up'
  | 'tenant.created'
  | 'tenant.entered_by_global_admin'
  | 'member.added'
  | 'member.role_changed'
  | 'project.created'

/** Who did it, from where. */
export function actorOf({
  caller,
  address,
  requestId,
}: RequestContext<Person>): Pick<AuditEntry, 'actorId' | 'actorName' | 'address' | 'requestId'> {
  return { actorId: caller.userId, actorName: caller.name, address, requestId }
}
