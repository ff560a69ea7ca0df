import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { openDatabase } from './database.ts'
import { startEmbedded } from './embedded/embedded.ts'
import { migrateUp } from './migrations.ts'
import { parseDatabaseUrl, prepareDatabase } from './prepare.ts'
import { withClient } from './provision.ts'

let dataFolder: string
beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'backlot-prepare-'))
})
afterEach(() => rm(dataFolder, { recursive: true, force: true }))

describe('prepareDatabase', () => {
  it('makes an embedded database that can be migrated and used, twice the same', async () => {
    for (const created of [true, false]) {
      const prepared = await prepareDatabase({ dataFolder })
      try {
        expect(prepared.embedded?.created).toBe(created)
        const applied = await migrateUp(prepared.settings)
        expect(applied.length > 0).toBe(created)
        const database = openDatabase(prepared.settings)
        const tenant = randomUUID()
        expect((await database.inTenant(tenant, (tx) => sql`select from backlot.projects`.execute(tx))).rows).toEqual(
          [],
        )
        await database.close()
      } finally {
        await prepared.stop()
      }
    }
    expect((await stat(join(dataFolder, 'database.json'))).mode & 0o777).toBe(0o600)
  })

  it("takes a server of one's own with a login that is no superuser, also for two installations", async () => {
    const folder = await mkdtemp(join(tmpdir(), 'backlot-theirs-'))
    const theirs = await startEmbedded({ dataFolder: folder, password: 'x', profile: 'test' })
    try {
      const { host, port, user, password } = theirs
      await withClient({ host, port, user, password, database: 'postgres' }, (client) =>
        client.query("create role studio login createrole createdb password 'pw'"),
      )
      for (const name of ['one', 'two']) {
        const own = { dataFolder: join(dataFolder, name), url: `postgres://studio:pw@127.0.0.1:${port}/${name}` }
        const { settings, embedded } = await prepareDatabase(own)
        expect(embedded).toBeUndefined()
        await migrateUp(settings)
        const database = openDatabase(settings)
        expect((await database.background((tx) => sql`select from backlot.tenants`.execute(tx))).rows).toEqual([])
        await database.close()
        expect((await prepareDatabase(own)).settings).toEqual(settings)
      }
    } finally {
      await theirs.stop()
      await rm(folder, { recursive: true })
    }
  })

  it('says what is wrong with a server that can not be used', async () => {
    const { admin } = inject('testCluster')
    const url = (user: string, port: number) => `postgres://${user}:wrong@127.0.0.1:${port}/backlot`
    await expect(prepareDatabase({ dataFolder, url: url(admin.user, admin.port) })).rejects.toMatchObject({
      code: 'database.unsuitable',
    })
    await expect(prepareDatabase({ dataFolder, url: url('nobody', 1) })).rejects.toMatchObject({
      code: 'database.unreachable',
    })
    await expect(prepareDatabase({ dataFolder, url: 'mysql://x' })).rejects.toMatchObject({
      code: 'database.unsuitable',
    })
  })
})

describe('parseDatabaseUrl', () => {
  it('reads user, password, host, port, database and TLS', () => {
    expect(parseDatabaseUrl('postgres://ann:p%40ss@db.example:6432/farm?sslmode=no-verify')).toEqual({
      admin: { host: 'db.example', port: 6432, user: 'ann', password: 'p@ss', ssl: { rejectUnauthorized: false } },
      database: 'farm',
    })
    expect(parseDatabaseUrl('postgresql://ann@localhost').database).toBe('backlot')
    expect(parseDatabaseUrl('postgresql://ann@localhost').admin.port).toBe(5432)
  })
})
