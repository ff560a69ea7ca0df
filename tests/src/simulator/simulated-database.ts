import { CodedError } from '@backlot/base/errors'
import type { Database } from '@backlot/db/database'
import type { Tx } from '@backlot/db/tx'
import type { CompiledQuery, QueryExecutor } from 'kysely'
import { overriding } from '../overriding.ts'

/**
 * What happens at the `at`-th point of an operation. Points lie before every statement, before the commit, and between
 * the commit and all that follows it.
 */
export interface Trap {
  at: number
  /** `crash`: the server is gone. `disconnect`: the connection is. `disk_full`: this one statement can't write. */
  what: 'crash' | 'disconnect' | 'disk_full' | 'hold'
  /** Of `hold`: goes on when it resolves. */
  until?: Promise<void>
  sprung?: boolean
  onSprung?: () => void
}

/**
 * A server's view of the real database: the seam at which the simulator stops it between any two statements, and at
 * which deliberate faults change its statements. Whoever was cut off sees what a lost connection looks like, and
 * PostgreSQL rolls back as it does then.
 */
export class SimulatedDatabase implements Database {
  readonly #inner: Database
  readonly #rewrite: (statement: string) => string
  #trap: Trap | undefined
  #points = 0
  #isDead = false

  constructor(inner: Database, rewrite: (statement: string) => string) {
    this.#inner = inner
    this.#rewrite = rewrite
  }

  get authPool() {
    return this.#inner.authPool
  }

  get isDead(): boolean {
    return this.#isDead
  }

  /** From here on points are counted. */
  arm(trap: Trap | undefined): void {
    this.#trap = trap
    this.#points = 0
  }

  inTenant<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#run((inside) => this.#inner.inTenant(tenantId, inside), work)
  }

  background<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#run((inside) => this.#inner.background(inside), work)
  }

  globalAdmin<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#run((inside) => this.#inner.globalAdmin(inside), work)
  }

  auth<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#run((inside) => this.#inner.auth(inside), work)
  }

  stats() {
    return this.#inner.stats()
  }

  /** The connections belong to whoever opened them. */
  close(): Promise<void> {
    return Promise.resolve()
  }

  async #run<T>(begin: (work: (tx: Tx) => Promise<T>) => Promise<T>, work: (tx: Tx) => Promise<T>): Promise<T> {
    if (this.#isDead) throw lost()
    const result = await begin(async (tx) => {
      const done = await work(this.#watch(tx))
      await this.#point()
      return done
    })
    await this.#point()
    return result
  }

  #watch(tx: Tx): Tx {
    // Statements that are sent together stay in their order, also when the first of them has to wait.
    let turn: Promise<unknown> = Promise.resolve()
    const executor = tx.getExecutor()
    const executeQuery: QueryExecutor['executeQuery'] = async (query: CompiledQuery) => {
      const own = turn.then(() => this.#point())
      turn = own.catch(() => {})
      await own
      return executor.executeQuery({ ...query, sql: this.#rewrite(query.sql) })
    }
    const watched = overriding(executor, { executeQuery })
    return overriding(tx, { getExecutor: () => watched })
  }

  async #point(): Promise<void> {
    const trap = this.#trap
    if (trap !== undefined && trap.sprung !== true && this.#points++ === trap.at) {
      trap.sprung = true
      trap.onSprung?.()
      if (trap.what === 'hold') await trap.until
      if (trap.what === 'crash') this.#isDead = true
      if (trap.what === 'disconnect') throw lost()
      if (trap.what === 'disk_full') throw diskFull()
    }
    if (this.#isDead) throw lost()
  }
}

function lost(): CodedError {
  return new CodedError('database.unreachable', 'The database does not answer.')
}

/** As PostgreSQL says it. */
function diskFull(): Error {
  return Object.assign(new Error('could not extend file: No space left on device'), { code: '53100' })
}
