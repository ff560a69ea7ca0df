import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { migrateDown, migrateUp, type Migration, migrationStatus, readMigrations } from './migrations.ts'
import { readTables } from './testing/catalogue.ts'
import { fillTables } from './testing/fill-tables.ts'
import { createTestDatabase, type TestDatabase } from './testing/test-database.ts'

async function withDatabase(work: (test: TestDatabase) => Promise<void>): Promise<void> {
  const test = await createTestDatabase()
  try {
    await work(test)
  } finally {
    await test.close()
  }
}

/** Everything that a migration can leave behind, as text. */
async function describeSchema({ admin }: TestDatabase): Promise<string[]> {
  const lines = await admin<{ line: string }>(`
    select line from (
      select format('%s.%s %s %s %s', c.oid::regclass, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
        pg_get_expr(d.adbin, d.adrelid)) as line, c.relnamespace as space
      from pg_class c join pg_attribute a on a.attrelid = c.oid left join pg_attrdef d on (d.adrelid, d.adnum) = (c.oid, a.attnum)
      where c.relkind in ('r', 'p', 'v') and a.attnum > 0 and not a.attisdropped
      union all select format('%s %s', conrelid::regclass, pg_get_constraintdef(oid)), connamespace from pg_constraint
      union all select pg_get_indexdef(oid), relnamespace from pg_class where relkind = 'i'
      union all select format('%s %s', oid::regclass, relacl), relnamespace from pg_class
      union all select pg_get_functiondef(oid) || proacl::text, pronamespace from pg_proc where prokind = 'f'
    ) all_of_it
    where space in (select oid from pg_namespace where nspname in ('backlot', 'auth', 'public'))
    order by 1`)
  return lines.map(({ line }) => line)
}

describe('the migrations', () => {
  it('go down and up again on a filled database, and end with the same schema', () =>
    withDatabase(async (test) => {
      const { settings } = test
      const before = await describeSchema(test)
      expect(before.length).toBeGreaterThan(50)
      await fillTables(test, await readTables(test), [randomUUID(), randomUUID()])

      const all = await readMigrations()
      expect((await migrateDown(settings, { to: 0 })).map(({ version }) => version)).toEqual(
        all.map(({ version }) => version).toReversed(),
      )
      expect(await describeSchema(test)).toEqual([])
      expect(await test.admin("select nspname from pg_namespace where nspname in ('backlot', 'auth')")).toEqual([])

      expect(await migrateUp(settings)).toHaveLength(all.length)
      expect(await describeSchema(test)).toEqual(before)
      await fillTables(test, await readTables(test), [randomUUID()])
    }))

  it('go down one by one, each on a filled database', () =>
    withDatabase(async (test) => {
      for (const { version } of (await readMigrations()).toReversed()) {
        await fillTables(test, await readTables(test), [randomUUID()])
        expect(await migrateDown(test.settings)).toMatchObject([{ version }])
      }
    }))

  it('are known by number, name and date', () =>
    withDatabase(async ({ settings }) => {
      await migrateDown(settings)
      const states = await migrationStatus(settings)
      expect(states[0]).toEqual({ version: 1, name: 'tenancy', appliedAt: expect.any(Date) })
      expect(states.at(-1)?.appliedAt).toBeNull()
    }))
})

describe('the runner', () => {
  const bad = (version: number, up: string): Migration => ({
    version,
    name: 'bad',
    up,
    down: 'select 1',
    checksum: 'x',
  })

  it('rolls a failing migration back as a whole, and says where it failed', () =>
    withDatabase(async (test) => {
      const known = await readMigrations()
      const migrations = [...known, bad(9999, 'create table backlot.half (a int);\n\nselect nonsense;')]
      await expect(migrateUp(test.settings, { migrations })).rejects.toMatchObject({
        code: 'database.migration_failed',
        details: { version: 9999, line: 3 },
      })
      expect(await test.admin("select to_regclass('backlot.half') as half")).toEqual([{ half: null }])
      expect(await migrateUp(test.settings)).toEqual([])
    }))

  it('refuses a database that other files made', () =>
    withDatabase(async ({ settings }) => {
      const known = await readMigrations()
      const changed = known.with(0, { ...(known[0] as Migration), checksum: 'changed' })
      await expect(migrateUp(settings, { migrations: changed })).rejects.toMatchObject({
        code: 'database.migration_changed',
      })
      const older = known.slice(0, -1)
      await expect(migrateUp(settings, { migrations: older })).rejects.toMatchObject({
        code: 'database.migration_changed',
      })
    }))

  it('lets one migrate at a time', () =>
    withDatabase(async ({ settings }) => {
      await migrateDown(settings, { to: 0 })
      const applied = await Promise.all([1, 2, 3].map(() => migrateUp(settings)))
      expect(applied.filter(({ length }) => length > 0)).toHaveLength(1)
    }))
})
