import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CodedError, messageOf } from '@backlot/base/errors'
import type pg from 'pg'
import { translated } from './errors.ts'
import { withClient } from './provision.ts'
import { type DatabaseSettings, groupRole } from './settings.ts'

/** A pair of files `NNNN_name.up.sql` and `NNNN_name.down.sql`. */
export interface Migration {
  version: number
  name: string
  up: string
  down: string
  /** SHA-256 of both texts. */
  checksum: string
}

export interface MigrationState {
  version: number
  name: string
  /** Null: not applied yet. */
  appliedAt: Date | null
}

export interface MigrateOptions {
  /** The version to end at. `up` goes to the newest unless told otherwise, `down` goes one back. */
  to?: number
  migrations?: readonly Migration[]
  /** Called before each one is applied or taken back. */
  onStep?: (direction: 'up' | 'down', migration: Migration) => void
}

const migrationsFolder = join(import.meta.dirname, '..', 'migrations')

/** Reads a folder of migrations in order. Throws when a number is doubled or a file has no counterpart. */
export async function readMigrations(folder: string = migrationsFolder): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.up.sql')).toSorted()
  const migrations = await Promise.all(
    files.map(async (file) => {
      const match = /^(\d{4})_([a-z0-9_]+)\.up\.sql$/.exec(file)
      if (match === null) throw new Error(`${file}: migrations are called NNNN_name.up.sql`)
      // Line ends may have been changed by Git on Windows; that is no other migration.
      const read = async (name: string) => (await readFile(join(folder, name), 'utf8')).replaceAll('\r\n', '\n')
      const [up, down] = await Promise.all([read(file), read(file.replace('.up.', '.down.'))])
      const checksum = createHash('sha256').update(up).update('\0').update(down).digest('hex')
      return { version: Number(match[1]), name: match[2] as string, up, down, checksum }
    }),
  )
  const doubled = migrations.find(({ version }, index) => migrations[index - 1]?.version === version)
  if (doubled) throw new Error(`two migrations have the number ${doubled.version}`)
  return migrations
}

/** Applies what is missing, each in a transaction of its own. Returns what was applied. Waits for another that migrates. */
export async function migrateUp(settings: DatabaseSettings, options: MigrateOptions = {}): Promise<Migration[]> {
  const migrations = options.migrations ?? (await readMigrations())
  const target = options.to ?? Number.MAX_SAFE_INTEGER
  return asOwner(settings, async (client) => {
    const applied = await readLedger(client, migrations)
    const missing = migrations.slice(applied.length).filter(({ version }) => version <= target)
    for (const migration of missing) {
      options.onStep?.('up', migration)
      await step(client, migration, migration.up, 'up')
    }
    return missing
  })
}

/** Takes back the newest migrations down to version `to`, by default one. Returns what was taken back. */
export async function migrateDown(settings: DatabaseSettings, options: MigrateOptions = {}): Promise<Migration[]> {
  const migrations = options.migrations ?? (await readMigrations())
  return asOwner(settings, async (client) => {
    const applied = await readLedger(client, migrations)
    const target = options.to ?? applied.at(-2)?.version ?? 0
    const surplus = migrations.slice(0, applied.length).filter(({ version }) => version > target)
    for (const migration of surplus.toReversed()) {
      options.onStep?.('down', migration)
      await step(client, migration, migration.down, 'down')
    }
    return surplus.toReversed()
  })
}

export async function migrationStatus(
  settings: DatabaseSettings,
  migrations?: readonly Migration[],
): Promise<MigrationState[]> {
  const known = migrations ?? (await readMigrations())
  return asOwner(settings, async (client) => {
    const applied = await readLedger(client, known)
    return known.map(({ version, name }, index) => ({ version, name, appliedAt: applied[index]?.applied_at ?? null }))
  })
}

interface LedgerRow {
  version: number
  name: string
  checksum: string
  applied_at: Date
}

/** What was applied. Refuses to go on with a database that these files did not make. */
async function readLedger(client: pg.ClientBase, migrations: readonly Migration[]): Promise<LedgerRow[]> {
  const { rows } = await client.query<LedgerRow>('select * from backlot_meta.migration order by version')
  rows.forEach((row, index) => {
    const file = migrations[index]
    if (file?.version === row.version && file.checksum === row.checksum) return
    const reason = file === undefined ? 'is not known to this version of Backlot' : 'differs from its file'
    throw new CodedError('database.migration_changed', `Migration ${row.version} (${row.name}) ${reason}.`, {
      details: { version: row.version, name: row.name },
    })
  })
  return rows
}

async function step(
  client: pg.ClientBase,
  migration: Migration,
  text: string,
  direction: 'up' | 'down',
): Promise<void> {
  const { version, name, checksum } = migration
  try {
    await client.query('begin')
    await client.query(text)
    if (direction === 'up') {
      await client.query('insert into backlot_meta.migration values ($1, $2, $3, $4)', [
        version,
        name,
        checksum,
        new Date(),
      ])
    } else {
      await client.query('delete from backlot_meta.migration where version = $1', [version])
    }
    await client.query('commit')
  } catch (cause) {
    await client.query('rollback').catch(() => {})
    const { position } = cause as { position?: string }
    const line = position === undefined ? undefined : text.slice(0, Number(position)).split('\n').length
    throw new CodedError(
      'database.migration_failed',
      `Migration ${version} (${name}) ${direction}: ${messageOf(cause)}`,
      {
        cause,
        details: { version, name, direction, ...(line === undefined ? {} : { line }) },
      },
    )
  }
}

async function asOwner<T>(settings: DatabaseSettings, work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
  const { logins, ...where } = settings
  try {
    return await withClient({ ...where, ...logins.owner, application_name: 'backlot migrate' }, async (client) => {
      await client.query("select pg_advisory_lock(hashtext('backlot migrate'))") // released with the connection
      await client.query(`set role ${groupRole('owner')}`)
      await client.query('set client_min_messages = warning; set search_path = backlot, public')
      await client.query(`
        create schema if not exists backlot_meta;
        create table if not exists backlot_meta.migration (
          version integer primary key,
          name text not null,
          checksum text not null,
          applied_at timestamptz not null
        )`)
      return await work(client)
    })
  } catch (error) {
    throw translated(error)
  }
}
