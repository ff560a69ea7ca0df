import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import { CodedError, messageOf } from '@backlot/base/errors'
import pg from 'pg'
import type { Credentials } from './credentials.ts'
import { type DatabaseRole, databaseRoles, type DatabaseSettings, groupRole, loginUser } from './settings.ts'

/** A login that may make roles and databases: the embedded server's superuser, or the one of DATABASE_URL. */
export interface AdminConnection {
  host: string
  port: number
  user: string
  password: string
  ssl?: DatabaseSettings['ssl']
}

/** First that has `uuidv7()`. */
const minimumVersion = 180_000

/** The settings of a database whose roles have these passwords. */
function settingsFor(admin: AdminConnection, database: string, credentials: Credentials): DatabaseSettings {
  const login = (role: DatabaseRole) => ({ user: loginUser(database, role), password: credentials[role] })
  return {
    host: admin.host,
    port: admin.port,
    database,
    ...(admin.ssl === undefined ? {} : { ssl: admin.ssl }),
    logins: Object.fromEntries(databaseRoles.map((role) => [role, login(role)])) as DatabaseSettings['logins'],
  }
}

/**
 * Makes sure that the database and its roles exist and that the logins have the installation's passwords. Nothing
 * happens when they do: a start after the first costs one connection.
 */
export async function provision(
  admin: AdminConnection,
  database: string,
  credentials: Credentials,
): Promise<DatabaseSettings> {
  const settings = settingsFor(admin, database, credentials)
  if (await isProvisioned(settings)) return settings
  try {
    await createDatabase(admin, database)
    await withClient({ ...admin, database }, async (client) => {
      await requireVersion(client)
      await client.query('begin')
      await createRoles(client, settings)
      await grantDatabase(client, database)
      await client.query('commit')
    })
  } catch (cause) {
    if (cause instanceof CodedError) throw cause
    const { code } = cause as { code?: string }
    const refused = code === '42501' || code === '28P01' || code === '28000'
    throw new CodedError(
      refused ? 'database.unsuitable' : 'database.unreachable',
      `The database could not be prepared: ${messageOf(cause)}`,
      { cause, details: { host: admin.host, port: admin.port, database } },
    )
  }
  return settings
}

async function isProvisioned(settings: DatabaseSettings): Promise<boolean> {
  const { logins, ...where } = settings
  const users = databaseRoles.map((role) => logins[role].user)
  try {
    return await withClient({ ...where, ...logins.owner }, async (client) => {
      const { rows } = await client.query<{ found: string }>(
        'select count(*) as found from pg_roles where rolname = any($1)',
        [users],
      )
      return Number(rows[0]?.found) === users.length
    })
  } catch {
    return false // whatever is wrong, the administrator's connection meets it too and says so
  }
}

async function requireVersion(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ server_version_num: string; server_version: string }>(
    "select current_setting('server_version_num') as server_version_num, current_setting('server_version') as server_version",
  )
  const found = rows[0]
  if (found === undefined || Number(found.server_version_num) < minimumVersion) {
    throw new CodedError('database.unsuitable', `PostgreSQL ${found?.server_version} is too old: 18 is needed.`)
  }
}

async function createDatabase(admin: AdminConnection, database: string): Promise<void> {
  const exists = await withClient({ ...admin, database }, async () => true).catch((error: unknown) => {
    if ((error as { code?: string }).code === '3D000') return false // there is no such database
    throw error
  })
  if (exists) return
  await withClient({ ...admin, database: 'postgres' }, async (client) => {
    await client.query(`create database ${pg.escapeIdentifier(database)}`)
  })
}

async function createRoles(client: pg.Client, { logins }: DatabaseSettings): Promise<void> {
  // Two installations that share a server may start in the same moment.
  await client.query("select pg_advisory_xact_lock(hashtext('backlot roles'))")
  const { rows } = await client.query<{ rolname: string }>('select rolname from pg_roles')
  const known = new Set(rows.map((row) => row.rolname))
  for (const role of databaseRoles) {
    if (!known.has(groupRole(role))) await client.query(`create role ${groupRole(role)} nologin`)
  }
  // The owner sees all rows through the background role's policies: a migration may have to change data.
  await client.query(`grant ${groupRole('background')} to ${groupRole('owner')} with inherit true`)
  for (const role of databaseRoles) {
    const { user, password } = logins[role]
    const verb = known.has(user) ? 'alter' : 'create'
    const name = pg.escapeIdentifier(user)
    await client.query(`${verb} role ${name} login password ${pg.escapeLiteral(scramVerifier(password))}`)
    await client.query(`grant ${groupRole(role)} to ${name} with inherit true, set true`)
  }
}

/** Who may connect to a database, and who may make schemas in it. A cloned database starts without these rights. */
export async function grantDatabase(client: pg.ClientBase, database: string): Promise<void> {
  const name = pg.escapeIdentifier(database)
  await client.query(`revoke all on database ${name} from public`)
  await client.query(`grant connect on database ${name} to ${databaseRoles.map(groupRole).join(', ')}`)
  await client.query(`grant create, temporary on database ${name} to ${groupRole('owner')}`)
}

/** What PostgreSQL keeps instead of the password (RFC 5803). Sent ready-made, so that no server log holds a password. */
function scramVerifier(password: string): string {
  const iterations = 4096
  const salt = randomBytes(16)
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256')
  const key = (name: string) => createHmac('sha256', salted).update(name).digest()
  const stored = createHash('sha256').update(key('Client Key')).digest('base64')
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${key('Server Key').toString('base64')}`
}

export async function withClient<T>(config: pg.ClientConfig, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ application_name: 'backlot prepare', connectionTimeoutMillis: 10_000, ...config })
  client.on('error', () => {}) // the statement that it interrupts throws
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end().catch(() => {})
  }
}
