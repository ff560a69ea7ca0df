import {
  type CompiledQuery,
  type ConnectionProvider,
  type DatabaseConnection,
  DefaultQueryExecutor,
  type Driver,
  PostgresAdapter,
  PostgresDialect,
  PostgresQueryCompiler,
  type QueryResult,
  Transaction,
} from 'kysely'
import type pg from 'pg'

/**
 * A transaction. Statements are written with Kysely's tag and run on it:
 *
 *     const { rows } = await sql<Row>`select … where id = ${id}`.execute(tx)
 *
 * `int8` comes as a number, `timestamptz` as a Date, `jsonb` parsed. Statements that are started together
 * (`Promise.all`) travel together and run one after another.
 */
export type Tx = Transaction<Record<never, never>>

/** A connection that refuses to work once its transaction has ended: by then it serves another tenant. */
class TransactionConnection implements DatabaseConnection {
  readonly #client: pg.ClientBase
  readonly #keepsPlans: boolean
  #open = true

  constructor(client: pg.ClientBase, keepsPlans: boolean) {
    this.#client = client
    this.#keepsPlans = keepsPlans
  }

  close(): void {
    this.#open = false
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    if (!this.#open) throw new Error('The transaction has ended: await every statement before the callback returns.')
    const values = parameters as unknown[]
    const name = this.#keepsPlans ? nameOf(sql) : undefined
    const { rows, rowCount, command } = await this.#client.query(
      name === undefined ? { text: sql, values } : { name, text: sql, values },
    )
    if (command === 'SELECT' || rowCount === null) return { rows: rows as R[] }
    return { rows: rows as R[], numAffectedRows: BigInt(rowCount) }
  }

  // oxlint-disable-next-line require-yield -- the interface wants a generator
  async *streamQuery(): AsyncGenerator<never> {
    throw new Error('Streams are not supported: read keyset pages.')
  }
}

const names = new Map<string, string>()
/** Far more than there are statements: one whose text changes with its values must not fill the memory. */
const mostNames = 500

/** The name under which a connection keeps the plan of a statement. */
function nameOf(sql: string): string | undefined {
  const known = names.get(sql)
  if (known !== undefined || names.size >= mostNames) return known
  const name = `s${names.size}`
  names.set(sql, name)
  return name
}

const adapter = new PostgresAdapter()
const compiler = new PostgresQueryCompiler()
const noDriver = new Proxy({} as Driver, {
  get: () => {
    throw new Error('A transaction can not begin another one.')
  },
})
const config = { dialect: new PostgresDialect({ pool: () => Promise.reject(new Error('not a pool')) }) }

/**
 * A transaction over a connection that began one; `close` it before the connection goes back to its pool. `keepsPlans`:
 * the connection remembers its statements, and PostgreSQL their plans.
 */
export function transactionOn(client: pg.ClientBase, keepsPlans: boolean): { tx: Tx; close: () => void } {
  const connection = new TransactionConnection(client, keepsPlans)
  const provider: ConnectionProvider = { provideConnection: (consumer) => consumer(connection) }
  const executor = new DefaultQueryExecutor(compiler, adapter, provider, [])
  return {
    tx: new Transaction({ config, dialect: config.dialect, driver: noDriver, executor }),
    close: () => connection.close(),
  }
}
