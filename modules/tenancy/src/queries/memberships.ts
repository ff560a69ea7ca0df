import type { Role } from '@backlot/contract/roles'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** A role that belongs to a membership; a global administrator's is not one. */
export type TenantRole = Exclude<Role, 'global_admin'>

export interface MembershipRow {
  userId: string
  role: TenantRole
  createdAt: Date
}

const columns = sql.raw(`user_id as "userId", role, created_at as "createdAt"`)

export async function insertMembership(
  tx: Tx,
  input: { tenantId: string; userId: string; role: TenantRole; now: Date },
): Promise<void> {
  await sql`
    insert into backlot.memberships (tenant_id, user_id, role, created_at)
    values (${input.tenantId}, ${input.userId}, ${input.role}, ${input.now})
  `.execute(tx)
}

/** Of the transaction's tenant, oldest first. */
export async function listMemberships(tx: Tx): Promise<MembershipRow[]> {
  const { rows } = await sql<MembershipRow>`
    select ${columns} from backlot.memberships order by created_at, user_id
  `.execute(tx)
  return rows
}

/** All of the transaction's tenant under a lock: who demotes the last administrator must see the others. */
export async function lockAdministrators(tx: Tx): Promise<string[]> {
  const { rows } = await sql<{ userId: string }>`
    select user_id as "userId" from backlot.memberships where role = 'tenant_admin' order by user_id for update
  `.execute(tx)
  return rows.map(({ userId }) => userId)
}

/** With the role before the change; undefined: not a member. */
export async function changeRole(
  tx: Tx,
  input: { userId: string; role: TenantRole },
): Promise<(MembershipRow & { before: TenantRole }) | undefined> {
  const { rows } = await sql<MembershipRow & { before: TenantRole }>`
    update backlot.memberships set role = ${input.role} where user_id = ${input.userId}
    returning new.user_id as "userId", new.role, new.created_at as "createdAt", old.role as before
  `.execute(tx)
  return rows[0]
}

export interface RightsRow {
  isGlobalAdmin: boolean
  memberships: { tenantId: string; slug: string; name: string; role: TenantRole }[]
}

/** What a person may do, over all tenants. Memberships oldest first. */
export async function rightsOf(tx: Tx, userId: string): Promise<RightsRow> {
  const { rows } = await sql<RightsRow>`
    select
      exists (select from backlot.global_admins where user_id = ${userId}) as "isGlobalAdmin",
      coalesce(
        (
          select jsonb_agg(
            jsonb_build_object('tenantId', m.tenant_id, 'slug', t.slug, 'name', t.name, 'role', m.role)
            order by m.created_at, m.tenant_id
          )
          from backlot.memberships m join backlot.tenants t using (tenant_id)
          where m.user_id = ${userId}
        ),
        '[]'
      ) as memberships
  `.execute(tx)
  return rows[0] as RightsRow
}
