import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export interface TenantRow {
  id: string
  slug: string
  name: string
  createdAt: Date
}

const columns = sql.raw(`tenant_id as id, slug, name, created_at as "createdAt"`)

export async function insertTenant(tx: Tx, input: { slug: string; name: string; now: Date }): Promise<TenantRow> {
  const { rows } = await sql<TenantRow>`
    insert into backlot.tenants (slug, name, created_at) values (${input.slug}, ${input.name}, ${input.now})
    returning ${columns}
  `.execute(tx)
  return rows[0] as TenantRow
}

/** Oldest first. */
export async function listTenants(tx: Tx): Promise<TenantRow[]> {
  const { rows } = await sql<TenantRow>`select ${columns} from backlot.tenants order by tenant_id`.execute(tx)
  return rows
}

export async function findTenant(tx: Tx, tenantId: string): Promise<TenantRow | undefined> {
  const { rows } = await sql<TenantRow>`
    select ${columns} from backlot.tenants where tenant_id = ${tenantId}
  `.execute(tx)
  return rows[0]
}
