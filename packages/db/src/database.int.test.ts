import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from './database.ts'
import { createTestDatabase, type TestDatabase } from './testing/test-database.ts'

let test: TestDatabase
let database: Database
const a = randomUUID()
const b = randomUUID()

beforeAll(async () => {
  test = await createTestDatabase()
  database = test.database
  for (const [tenant, slug] of [
    [a, 'a'],
    [b, 'b'],
  ]) {
    await test.admin('insert into backlot.tenants values ($1, $2, $2, now())', [tenant, slug])
  }
})
afterAll(() => test.close())

const tenantsSeen = async (tenantId: string) =>
  database.inTenant(
    tenantId,
    async (tx) => (await sql<{ slug: string }>`select slug from backlot.tenants`.execute(tx)).rows,
  )

describe('inTenant', () => {
  it('sees its own tenant only', async () => {
    expect(await tenantsSeen(a)).toEqual([{ slug: 'a' }])
    expect(await tenantsSeen(b)).toEqual([{ slug: 'b' }])
    expect(await tenantsSeen(randomUUID())).toEqual([])
  })

  it('refuses what is not a tenant id before it reaches the database', async () => {
    await expect(tenantsSeen("' or true --")).rejects.toThrow('not a tenant id')
  })

  it('leaves no tenant behind on its connection', async () => {
    await tenantsSeen(a)
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        tenantsSeen(index % 2 ? a : b).then((rows) => expect(rows).toHaveLength(1)),
      ),
    )
    const client = await database.authPool.connect()
    try {
      const { rows } = await client.query("select current_setting('app.tenant_id', true) as tenant")
      expect(rows).toEqual([{ tenant: null }])
    } finally {
      client.release()
    }
  })

  it('rolls back when the work throws, and when a failed statement was swallowed', async () => {
    const insert = (tx: Parameters<Parameters<Database['inTenant']>[1]>[0], name: string) =>
      sql`insert into backlot.projects values (default, ${a}, ${name}, ${name}, ${new Date()})`.execute(tx)
    await expect(
      database.inTenant(a, async (tx) => {
        await insert(tx, 'one')
        throw new Error('changed my mind')
      }),
    ).rejects.toThrow('changed my mind')
    await expect(
      database.inTenant(a, async (tx) => {
        await insert(tx, 'two')
        await sql`select 1 / 0`.execute(tx).catch(() => {})
      }),
    ).rejects.toThrow('rolled back')
    expect(await test.admin('select * from backlot.projects')).toEqual([])
  })

  it('does not let a transaction be used after it ended', async () => {
    let escaped: (() => Promise<unknown>) | undefined
    await database.inTenant(a, async (tx) => {
      escaped = () => sql`select 1`.execute(tx)
    })
    await expect(escaped?.()).rejects.toThrow('has ended')
  })

  it('runs statements that start together one after another', async () => {
    const rows = await database.inTenant(a, (tx) =>
      Promise.all(
        [1, 2, 3].map(async (n) => (await sql<{ n: number }>`select ${n}::int8 as n`.execute(tx)).rows[0]?.n),
      ),
    )
    expect(rows).toEqual([1, 2, 3])
  })
})

describe('a lost connection', () => {
  it('is told apart from a wrong statement, and the next transaction gets a new one', async () => {
    const cut = database.inTenant(a, async (tx) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)
      await test.admin('select pg_terminate_backend($1)', [rows[0]?.pid])
      await sql`select 1`.execute(tx)
    })
    await expect(cut).rejects.toMatchObject({ code: 'database.unreachable' })
    expect(await tenantsSeen(a)).toEqual([{ slug: 'a' }])
    await expect(database.inTenant(a, (tx) => sql`select nonsense`.execute(tx))).rejects.toMatchObject({
      code: '42703',
    })
  })
})

describe('roles', () => {
  it('background and global administrator see all tenants, sign-in sees none', async () => {
    const count = sql<{ n: number }>`select count(*) as n from backlot.tenants`
    expect((await database.background((tx) => count.execute(tx))).rows).toEqual([{ n: 2 }])
    expect((await database.globalAdmin((tx) => count.execute(tx))).rows).toEqual([{ n: 2 }])
    await expect(database.auth((tx) => count.execute(tx))).rejects.toMatchObject({ code: '42501' })
  })
})
