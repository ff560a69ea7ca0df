import type { TestDatabase } from '@backlot/db/testing/cluster-database'
import type { Operation, SimulatedServer } from './actors.ts'
import type { Trap } from './simulated-database.ts'

/** Refusals that workers and people have to live with. */
export const refusals: ReadonlySet<unknown> = new Set(['farm.stale_attempt', 'job.illegal_transition', 'job.not_found'])
/** What anybody sees while something is broken. */
export const outages: ReadonlySet<unknown> = new Set(['database.unreachable', '53100'])

/** Does it on this server; with a second, both at once: the first stops at the trap while the second goes on. */
export async function runOperation(
  server: SimulatedServer,
  operation: Operation,
  trap: Trap | undefined,
  second: { server: SimulatedServer; operation: Operation } | undefined,
  db: TestDatabase,
): Promise<{ outcome: Outcome; secondOutcome?: Outcome }> {
  if (trap?.what !== 'hold' || second === undefined) {
    server.database.arm(trap?.what === 'hold' ? undefined : trap)
    const outcome = await attempt(operation, server)
    server.database.arm(undefined)
    return { outcome }
  }
  const reached = Promise.withResolvers<void>()
  const goOn = Promise.withResolvers<void>()
  server.database.arm({ ...trap, until: goOn.promise, onSprung: () => ((trap.sprung = true), reached.resolve()) })
  const first = attempt(operation, server)
  await Promise.race([reached.promise, first])
  const progress = { isOver: false }
  const other = attempt(second.operation, second.server).finally(() => (progress.isOver = true))
  // The second goes on as far as it can: to its end, or to a lock that the first holds.
  while (!progress.isOver && !(await someoneWaits(db))) await new Promise((resolve) => setTimeout(resolve, 2))
  goOn.resolve()
  const [outcome, secondOutcome] = await Promise.all([first, other])
  server.database.arm(undefined)
  return { outcome, secondOutcome }
}

async function someoneWaits(db: TestDatabase): Promise<boolean> {
  const rows = await db.admin(
    `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  )
  return rows.length > 0
}

export interface Outcome {
  error?: unknown
  code?: unknown
}

async function attempt(operation: Operation, server: SimulatedServer): Promise<Outcome> {
  try {
    await operation.send(server)
    return {}
  } catch (error) {
    return { error, code: (error as { code?: unknown }).code }
  }
}

export function isExpected({ error, code }: Outcome, broken: boolean): boolean {
  return error === undefined || refusals.has(code) || (broken && outages.has(code))
}

export function describe({ error, code }: Outcome): string {
  if (error === undefined) return 'ok'
  return typeof code === 'string' && refusals.has(code) ? code : `${String(code)} ${(error as Error).message}`
}
