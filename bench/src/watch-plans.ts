import type { Database } from '@backlot/db/database'
import type { Tx } from '@backlot/db/tx'
import { overriding } from '@backlot/tests/overriding'
import type { CompiledQuery } from 'kysely'

/** The plan of a statement as PostgreSQL ran it, with its times and what it read. */
export interface Plan {
  statement: string
  lines: string[]
}

/**
 * A database that remembers the plans of reading statements while `plans` is set: each is run once more with `explain
 * analyze`, in the same transaction, so with the same settings and the same rows.
 */
export function watchPlans(inner: Database): { database: Database; plans: { kept: Plan[] | undefined } } {
  const plans: { kept: Plan[] | undefined } = { kept: undefined }
  const watch = (tx: Tx): Tx => {
    const executor = tx.getExecutor()
    const executeQuery = async (query: CompiledQuery) => {
      const { kept } = plans
      if (
        kept !== undefined &&
        /^\s*(select|with)\b/.test(query.sql) &&
        !/\b(update|insert|delete)\b/.test(query.sql)
      ) {
        const text = `explain (analyze, buffers, costs off) ${query.sql}`
        const { rows } = await executor.executeQuery<{ 'QUERY PLAN': string }>({ ...query, sql: text })
        kept.push({ statement: query.sql, lines: rows.map((row) => row['QUERY PLAN']) })
      }
      return executor.executeQuery(query)
    }
    const watched = overriding(executor, { executeQuery: executeQuery as typeof executor.executeQuery })
    return overriding(tx, { getExecutor: () => watched })
  }
  const database = overriding(inner, { background: (work) => inner.background((tx) => work(watch(tx))) })
  return { database, plans }
}
