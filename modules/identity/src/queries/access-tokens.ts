import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export interface AccessTokenRow {
  id: string
  tenantId: string
  kind: 'personal' | 'worker_join'
  userId: string
  name: string
  createdAt: Date
  expiresAt: Date | null
  lastUsedAt: Date | null
}

const columns = sql.raw(`id, tenant_id as "tenantId", kind, user_id as "userId", name, created_at as "createdAt",
  expires_at as "expiresAt", last_used_at as "lastUsedAt"`)

export async function insertAccessToken(
  tx: Tx,
  input: Pick<AccessTokenRow, 'tenantId' | 'kind' | 'userId' | 'name' | 'expiresAt'> & { hash: string; now: Date },
): Promise<AccessTokenRow> {
  const { rows } = await sql<AccessTokenRow>`
    insert into backlot.access_tokens (tenant_id, kind, user_id, name, hash, created_at, expires_at)
    values (${input.tenantId}, ${input.kind}, ${input.userId}, ${input.name}, ${input.hash}, ${input.now},
      ${input.expiresAt})
    returning ${columns}
  `.execute(tx)
  return rows[0] as AccessTokenRow
}

/** Over all tenants: the token itself says which one it is for. */
export async function findAccessToken(tx: Tx, hash: string): Promise<AccessTokenRow | undefined> {
  const { rows } = await sql<AccessTokenRow>`
    select ${columns} from backlot.access_tokens where hash = ${hash}
  `.execute(tx)
  return rows[0]
}

export async function touchAccessToken(tx: Tx, id: string, now: Date): Promise<void> {
  await sql`update backlot.access_tokens set last_used_at = ${now} where id = ${id}`.execute(tx)
}

/** Personal tokens of this person, and join tokens of the tenant when `joinTokens` says so. Newest first. */
export async function listAccessTokens(
  tx: Tx,
  input: { userId: string; joinTokens: boolean; kind: AccessTokenRow['kind'] | null },
): Promise<AccessTokenRow[]> {
  const { rows } = await sql<AccessTokenRow>`
    select ${columns} from backlot.access_tokens
    where ((kind = 'personal' and user_id = ${input.userId}) or (kind = 'worker_join' and ${input.joinTokens}))
      and (${input.kind}::text is null or kind = ${input.kind})
    order by id desc
  `.execute(tx)
  return rows
}

/** The hash of what was deleted, undefined when there was nothing that this person may delete. */
export async function deleteAccessToken(
  tx: Tx,
  input: { id: string; userId: string; joinTokens: boolean },
): Promise<AccessTokenRow | undefined> {
  const { rows } = await sql<AccessTokenRow>`
    delete from backlot.access_tokens
    where id = ${input.id}
      and ((kind = 'personal' and user_id = ${input.userId}) or (kind = 'worker_join' and ${input.joinTokens}))
    returning ${columns}
  `.execute(tx)
  return rows[0]
}
