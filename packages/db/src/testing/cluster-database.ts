import { randomUUID } from 'node:crypto'
import { sleep } from '@backlot/base/wait'
import pg from 'pg'
import { type Database, openDatabase } from '../database.ts'
import { grantDatabase, withClient } from '../provision.ts'
import type { DatabaseSettings } from '../settings.ts'
import type { TestCluster } from './test-cluster.ts'

export interface TestDatabase {
  database: Database
  /** For a server of its own, or another `openDatabase`. */
  settings: DatabaseSettings
  /** A statement as superuser, past all row-level security: to look behind the scenes. */
  admin<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>
  /** Drops the database. Throws when somebody still has a connection to it: a leak. */
  close(): Promise<void>
}

/** A migrated database of its own, cloned from the template. For programs that started the cluster themselves. */
export async function createClusterDatabase({ admin, template }: TestCluster): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '').slice(0, 16)}`
  const server = { ...admin, database: 'postgres' }
  await withClient(server, async (client) => {
    await client.query(`create database ${name} template ${template.database}`)
    await grantDatabase(client, name)
  })
  const settings = { ...template, database: name }
  const errors: Error[] = []
  const database = openDatabase(settings, { onError: (error) => errors.push(error) })
  const superuser = new pg.Pool({ ...admin, database: name, max: 1, application_name: 'test superuser' })
  return {
    database,
    settings,
    admin: async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
      (await superuser.query<Row>(text, values)).rows,
    async close() {
      await Promise.all([database.close(), superuser.end()])
      await withClient(server, async (client) => {
        const leaked = await connectionsTo(client, name)
        await client.query(`drop database ${name} with (force)`)
        if (leaked.length > 0) throw new Error(`connections were left open:\n${leaked.join('\n')}`)
      })
    },
  }
}

/** What is still connected after a second: a connection that was just closed takes a moment to disappear. */
async function connectionsTo(client: pg.Client, database: string): Promise<string[]> {
  for (let tries = 0; ; tries++) {
    const { rows } = await client.query<{ line: string }>(
      `select concat_ws(' · ', application_name, state, query) as line
       from pg_stat_activity where datname = $1 and backend_type = 'client backend'`,
      [database],
    )
    if (rows.length === 0 || tries === 20) return rows.map((row) => row.line)
    await sleep(50)
  }
}
