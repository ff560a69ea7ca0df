import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'
import type { AuditEntry } from '../audit.ts'

export async function insertAudit(tx: Tx, entry: AuditEntry): Promise<void> {
  const { tenantId, at, actorId, actorName, action, details, address, requestId } = entry
  await sql`
    insert into backlot.audit (tenant_id, at, actor_id, actor_name, action, details, address, request_id)
    values (${tenantId}, ${at}, ${actorId}, ${actorName}, ${action}, ${JSON.stringify(details)}, ${address}, ${requestId})
  `.execute(tx)
}
