import type pg from 'pg'
import { createPool, inTransaction } from './role-pool.ts'
import type { DatabaseSettings } from './settings.ts'
import type { Tx } from './tx.ts'

export interface Database {
  /** As one tenant: row-level security shows and takes only its rows. The id comes from the verified caller. */
  inTenant<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T>
  /** Over all tenants, for what no person asked for: scheduler, sweeps, sign-in of workers. */
  background<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** Over all tenants, for a global administrator's explicit request. The caller writes an audit entry in `work`. */
  globalAdmin<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** The schema of sign-in, and nothing else. */
  auth<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** The connections behind `auth`, for the library that manages its own statements. */
  readonly authPool: pg.Pool
  /** Connections now, for metrics. */
  stats(): { role: string; total: number; idle: number; waiting: number }[]
  /** Waits for running transactions, then ends every connection. */
  close(): Promise<void>
}

export interface DatabaseOptions {
  /** Connections of the application role. Default 20; the others take a few beside it. */
  maxConnections?: number
  /** Default 4. */
  maxBackgroundConnections?: number
  onError?: (error: Error) => void
}

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/**
 * What runs in the background looks up rows by their keys, thousands of times a second, and keeps its plans. A plan that
 * is made while a table is young, and joins it as a whole, is cheap at that moment and stays until the table's first
 * analysis: 100 frames took 20 ms instead of 0.6 once 40,000 attempts had ended.
 */
const byKeys = { enable_seqscan: 'off', enable_hashjoin: 'off', enable_mergejoin: 'off', enable_bitmapscan: 'off' }

/** Opens pools, one for each role; a connection is made when it is first needed. */
export function openDatabase(settings: DatabaseSettings, options: DatabaseOptions = {}): Database {
  const onError = options.onError
  const app = createPool(settings, 'app', { max: options.maxConnections ?? 20, statementTimeout: 30_000, onError })
  const background = createPool(settings, 'background', {
    max: options.maxBackgroundConnections ?? 4,
    statementTimeout: 60_000,
    session: byKeys,
    onError,
  })
  const auth = createPool(settings, 'auth', {
    max: 5,
    statementTimeout: 10_000,
    session: { search_path: 'auth' },
    onError,
  })
  const globalAdmin = createPool(settings, 'global_admin', { max: 2, statementTimeout: 30_000, onError })
  const pools = { app, background, auth, global_admin: globalAdmin }

  return {
    async inTenant(tenantId, work) {
      if (!uuid.test(tenantId)) throw new TypeError(`not a tenant id: ${tenantId}`)
      return inTransaction(app, { prepare: (client) => client.query({ ...setTenant, values: [tenantId] }) }, work)
    },
    background: (work) => inTransaction(background, { keepsPlans: true }, work),
    globalAdmin: (work) => inTransaction(globalAdmin, {}, work),
    auth: (work) => inTransaction(auth, {}, work),
    authPool: auth,
    stats: () =>
      Object.entries(pools).map(([role, pool]) => ({
        role,
        total: pool.totalCount,
        idle: pool.idleCount,
        waiting: pool.waitingCount,
      })),
    async close() {
      await Promise.all(Object.values(pools).map((pool) => pool.end()))
    },
  }
}

/** For this transaction only (`true`): a pooled connection must never remember a tenant. */
const setTenant = { name: 'set_tenant', text: "select set_config('app.tenant_id', $1, true)" }
