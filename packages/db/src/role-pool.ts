import pg from 'pg'
import { translated } from './errors.ts'
import { type DatabaseRole, type DatabaseSettings } from './settings.ts'
import { transactionOn, type Tx } from './tx.ts'

export interface PoolOptions {
  /** Connections at most. */
  max: number
  /** A statement that runs longer is ended by the server. Milliseconds. */
  statementTimeout: number
  /** Sees what went wrong on connections that nobody used in that moment (the server was restarted). */
  onError?: (error: Error) => void
  /** Settings of its sessions that differ from the server's. Values without spaces. */
  session?: Readonly<Record<string, string>>
}

/** int8 as a number: counts and sizes stay far below 2^53, and a bigger one must not be rounded in silence. */
function parseInt8(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} does not fit into a JavaScript number`)
  return value
}
const int8 = 20
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text') =>
    oid === int8 ? parseInt8 : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
}

export function createPool(settings: DatabaseSettings, role: DatabaseRole, options: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    host: settings.host,
    port: settings.port,
    database: settings.database,
    ...(settings.ssl === undefined ? {} : { ssl: settings.ssl }),
    ...settings.logins[role],
    application_name: `backlot ${role}`,
    types,
    max: options.max,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    ...(options.session === undefined ? {} : { options: sessionOptions(options.session) }),
    statement_timeout: options.statementTimeout,
    idle_in_transaction_session_timeout: 60_000,
    // Statements go out without waiting for the answers before them: begin and the tenant's context cost no round trip
    // of their own. A transaction with one statement, over TCP: 0.27 ms → 0.10 ms.
    pipeline: true,
  } as pg.PoolConfig)
  pool.on('error', (error) => options.onError?.(error))
  // Without a listener, a connection that is lost while it is in use would end the process.
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

function sessionOptions(session: Readonly<Record<string, string>>): string {
  return Object.entries(session)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ')
}

/** Sends what must precede the work, without waiting for it. */
export type Prepare = (client: pg.ClientBase) => Promise<unknown>

export interface TransactionOptions {
  prepare?: Prepare
  /**
   * Statements are planned once for each connection, not once for each call: for roles whose few statements run all the
   * time. A batch of 100 calls of workers spent a third of its time on plans.
   */
  keepsPlans?: boolean
}

/** Runs `work` in a transaction: commits when it returns, rolls back when it throws. */
export async function inTransaction<T>(
  pool: pg.Pool,
  { prepare, keepsPlans = false }: TransactionOptions,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw translated(error)
  })
  const begun = Promise.all([client.query('begin'), prepare?.(client)])
  begun.catch(() => {}) // seen below, when it is awaited
  const { tx, close } = transactionOn(client, keepsPlans)
  let broken = false
  try {
    const result = await work(tx)
    close()
    await begun
    const { command } = await client.query('commit')
    if (command !== 'COMMIT') throw new Error('The transaction was rolled back: a statement in it had failed.')
    return result
  } catch (error) {
    close()
    await client.query('rollback').catch(() => (broken = true))
    throw translated(error)
  } finally {
    client.release(broken)
  }
}
