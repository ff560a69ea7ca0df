import type { Tx } from './tx.ts'

/**
 * One unit of work: a transaction, the one moment that all of it happens at, and what the world is told once it is
 * committed. It is what modules hand each other through their ports when they change something together.
 */
export interface Unit {
  readonly tx: Tx
  /** No statement reads the server's clock: a simulator drives the same statements with a clock of its own. */
  readonly now: Date
  /** Runs when the transaction is committed, in the order of the calls; never when it is rolled back. */
  readonly afterCommit: (effect: () => void) => void
}

/** Runs `work` in a transaction that `begin` opens (`database.background`, or `database.inTenant` with its tenant). */
export async function inUnit<T>(
  begin: <R>(work: (tx: Tx) => Promise<R>) => Promise<R>,
  now: Date,
  work: (unit: Unit) => Promise<T>,
): Promise<T> {
  const effects: (() => void)[] = []
  const result = await begin((tx) => work({ tx, now, afterCommit: (effect) => effects.push(effect) }))
  for (const effect of effects) effect()
  return result
}
