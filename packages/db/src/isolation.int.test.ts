import { randomUUID } from 'node:crypto'
import { CompiledQuery, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readTables, type Table } from './testing/catalogue.ts'
import { fillTables } from './testing/fill-tables.ts'
import { createTestDatabase, type TestDatabase } from './testing/test-database.ts'
import type { Tx } from './tx.ts'

/** Tables that belong to no tenant, and why that is right. A new table is a tenant's unless somebody adds it here. */
const ofTheInstallation: Record<string, string> = {
  'backlot.global_admins': 'administrators of the installation stand above tenants; the app role has no right to it',
  'backlot.workers': 'a worker may serve every tenant; people see theirs through visible_workers()',
  'backlot.requirement_classes': 'hashed requirements of steps, without anything of a tenant in them',
}
const condition =
  "(tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS \"nullif\"))"

const tenants = [randomUUID(), randomUUID()] as const
const [own, foreign] = tenants
let test: TestDatabase
let ofTenants: Table[]
let rows: Map<string, Record<string, unknown>[]>

beforeAll(async () => {
  test = await createTestDatabase()
  const tables = await readTables(test)
  rows = await fillTables(test, tables, tenants)
  ofTenants = tables.filter(({ name }) => name.startsWith('backlot.') && !(name in ofTheInstallation))
})
afterAll(() => test.close())

const count = async (tx: Tx, { name }: Table) =>
  (await sql<{ n: number }>`select count(*) as n from ${sql.raw(name)}`.execute(tx)).rows[0]?.n

/** Runs `check` for every table; one failure does not hide the others. */
async function forEach(check: (table: Table) => Promise<void>): Promise<void> {
  const failures: string[] = []
  for (const table of ofTenants) {
    await check(table).catch((error: unknown) => failures.push(`${table.name}: ${String(error)}`))
  }
  expect(failures).toEqual([])
  expect(ofTenants.length).toBeGreaterThan(4)
}

describe('every table of the schema backlot', () => {
  it('belongs to a tenant, with exactly the policies of enable_tenant_isolation, or is named here with a reason', async () => {
    const policies = await test.admin<{ table: string; policies: unknown; forced: boolean }>(`
      select format('%I.%I', n.nspname, c.relname) as table, c.relrowsecurity and c.relforcerowsecurity as forced,
        coalesce((
          select jsonb_agg(jsonb_build_array(p.polname, p.polcmd, p.polpermissive, p.polroles::regrole[]::text[],
            pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) order by p.polname)
          from pg_policy p where p.polrelid = c.oid
        ), '[]') as policies
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'backlot' and c.relkind in ('r', 'p')`)
    const expected = [
      ['background', '*', true, ['backlot_background'], 'true', 'true'],
      ['global_admin', '*', true, ['backlot_global_admin'], 'true', 'true'],
      ['tenant', '*', true, ['backlot_app'], condition, condition],
    ]
    for (const found of policies) {
      if (found.table in ofTheInstallation) continue
      expect(found).toEqual({ table: found.table, forced: true, policies: expected })
    }
    const names = policies.map(({ table }) => table)
    for (const name of Object.keys(ofTheInstallation)) expect(names).toContain(name)
    expect(
      ofTenants.filter(({ columns }) => !columns.some(({ name, notNull }) => name === 'tenant_id' && notNull)),
    ).toEqual([])
  })

  it('is in a schema that this test looks at', async () => {
    const elsewhere = await test.admin(`
      select c.oid::regclass::text as table from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'f', 'm') and n.nspname not like 'pg\\_%'
        and n.nspname not in ('backlot', 'auth', 'backlot_meta', 'information_schema')`)
    expect(elsewhere).toEqual([])
  })

  it('refers to rows of its own tenant only: every reference carries the tenant', () => {
    const names = new Set(ofTenants.map(({ name }) => name))
    const leaving = ofTenants.flatMap(({ name, foreignKeys }) =>
      foreignKeys
        .filter(({ target, columns }) => names.has(target) && !columns.includes('tenant_id'))
        .map(({ target, columns }) => `${name} (${columns.join(', ')}) refers to ${target}`),
    )
    expect(leaving).toEqual([])
  })

  it('has no view that would show rows with the rights of its owner', async () => {
    const views = await test.admin(`
      select c.oid::regclass::text as view from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname in ('backlot', 'auth') and c.relkind in ('v', 'm')
        and not coalesce('security_invoker=true' = any(c.reloptions), false)`)
    expect(views).toEqual([])
  })
})

describe('no role of the product', () => {
  it('is a superuser, bypasses row-level security, or may become one that does', async () => {
    const roles = await test.admin<{ rolname: string }>(`
      select rolname from pg_roles where rolname like 'backlot%' and (rolsuper or rolbypassrls or rolcreaterole)`)
    expect(roles).toEqual([])
    const powers = await test.admin<{ who: string; role: string }>(`
      select a.rolname as who, b.rolname as role from pg_roles a, pg_roles b
      where a.rolname like '%\\_app\\_login' and b.rolname like 'backlot\\_%' and b.rolname not like '%login'
        and pg_has_role(a.oid, b.oid, 'MEMBER')`)
    expect(powers.map(({ role }) => role)).toEqual(['backlot_app'])
  })

  it('may run a SECURITY DEFINER function that everybody may run, or one whose search path can be changed', async () => {
    const functions = await test.admin(`
      select p.oid::regprocedure::text as function from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where n.nspname in ('backlot', 'auth') and p.prosecdef
        and (has_function_privilege('public', p.oid, 'execute')
          or not exists (select from unnest(p.proconfig) as c where c like 'search_path=%'))`)
    expect(functions).toEqual([])
  })
})

describe('the application role', () => {
  it('sees exactly its own rows', () =>
    forEach(async (table) => {
      expect(await test.database.inTenant(own, (tx) => count(tx, table))).toBe(1)
      expect(await test.database.inTenant(randomUUID(), (tx) => count(tx, table))).toBe(0)
    }))

  it('sees nothing without a tenant, and nothing when somebody resets it', () =>
    forEach(async (table) => {
      for (const value of ['', null]) {
        const seen = await test.database.inTenant(own, async (tx) => {
          await sql`select set_config('app.tenant_id', ${value}, true)`.execute(tx)
          return count(tx, table)
        })
        expect(seen).toBe(0)
      }
    }))

  it('can not insert, move, change or delete rows of another tenant', () =>
    forEach(async (table) => {
      const row = rows.get(table.name)?.[1] ?? {}
      const names = table.columns.filter(({ filled, notNull }) => notNull && !filled).map(({ name }) => name)
      const insert = CompiledQuery.raw(
        `insert into ${table.name} (${names.join(', ')}) values (${names.map((_, i) => `$${i + 1}`).join(', ')})`,
        names.map((name) => (isJson(table, name) ? JSON.stringify(row[name]) : row[name])),
      )
      const tryOut = (query: CompiledQuery) => test.database.inTenant(own, (tx) => tx.executeQuery(query))
      await expect(tryOut(insert)).rejects.toMatchObject({ code: '42501' })
      // Refused by the policy, or by a missing right: append-only tables.
      const move = CompiledQuery.raw(`update ${table.name} set tenant_id = '${foreign}'`)
      await expect(tryOut(move)).rejects.toMatchObject({ code: '42501' })
      for (const statement of [
        `update ${table.name} set tenant_id = tenant_id where tenant_id = '${foreign}'`,
        `delete from ${table.name} where tenant_id = '${foreign}'`,
      ]) {
        const changed = await tryOut(CompiledQuery.raw(statement)).then(
          ({ numAffectedRows }) => Number(numAffectedRows ?? 0),
          (error: { code?: string }) => (error.code === '42501' ? 0 : error),
        )
        expect(changed).toBe(0)
      }
      expect(await test.database.background((tx) => count(tx, table))).toBe(tenants.length)
    }))

  it('reaches nothing of the schema auth', async () => {
    for (const name of rows.keys()) {
      if (!name.startsWith('auth.')) continue
      for (const run of [test.database.background, test.database.globalAdmin]) {
        await expect(run((tx) => sql`select from ${sql.raw(name)}`.execute(tx))).rejects.toMatchObject({
          code: '42501',
        })
      }
      const asApp = test.database.inTenant(own, (tx) => sql`select from ${sql.raw(name)}`.execute(tx))
      await expect(asApp).rejects.toMatchObject({ code: '42501' })
    }
  })

  it('reaches tables of the installation only where a right was given on purpose', async () => {
    const granted = await test.admin<{ line: string }>(
      `
      select format('%s: %s', table_schema || '.' || table_name, string_agg(privilege_type, ', ' order by privilege_type)) as line
      from information_schema.role_table_grants
      where grantee in ('backlot_app', 'PUBLIC') and table_schema in ('backlot', 'auth')
        and table_schema || '.' || table_name = any($1)
      group by table_schema, table_name`,
      [Object.keys(ofTheInstallation)],
    )
    expect(granted).toEqual([])
  })
})

function isJson({ columns }: Table, column: string): boolean {
  return columns.find(({ name }) => name === column)?.type.startsWith('json') ?? false
}
