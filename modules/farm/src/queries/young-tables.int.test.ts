import { randomUUID } from 'node:crypto'
import { readTables } from '@backlot/db/testing/catalogue'
import { fillTables } from '@backlot/db/testing/fill-tables'
import { createTestDatabase, type TestDatabase } from '@backlot/db/testing/test-database'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { findAttempts } from './find-attempts.ts'
import { findReportedFrames } from './find-reported-frames.ts'
import { jobsOfAttempts } from './jobs-of-attempts.ts'
import { lockAttempts } from './lock-attempts.ts'
import { readHeld } from './read-held.ts'
import { renewAttempts } from './renew-attempts.ts'

/**
 * Connections keep their plans. On a database without statistics a plan that reads whole tables is cheap when it is made,
 * and stays when they have grown.
 */
const ended = 3000
const held = Array.from({ length: 20 }, () => randomUUID())
let test: TestDatabase
let workerId: string = randomUUID()

beforeAll(async () => void (test = await createTestDatabase()))
afterAll(() => test.close())

/** Many ended attempts with their frames, and those that are held, of one step. */
async function grow(): Promise<void> {
  const rows = await fillTables(test, await readTables(test), [randomUUID()])
  workerId = rows.get('backlot.workers')?.[0]?.['worker_id'] as string
  await test.admin('update backlot.farm_steps set cancelled = false')
  await test.admin(
    `with task as (
      insert into backlot.tasks (tenant_id, job_id, step_id, first_place, length, state, fence)
      select tenant_id, job_id, step_id, 1000 + g, 1, 'leased', 1
      from backlot.farm_steps cross join generate_series(1, $2::integer) g
      returning *
    )
    insert into backlot.attempts (attempt_id, task_id, fence, state, tenant_id, job_id, step_id, worker_id, worker_name,
      leased_at, expires_at)
    select coalesce(($1::uuid[])[first_place - 1000], uuidv7()), task_id, 1,
      case when first_place - 1000 <= cardinality($1::uuid[]) then 'running' else 'completed' end, tenant_id, job_id, step_id,
      $3, '', now(), now()
    from task`,
    [held, ended, workerId],
  )
  const frame = rows.get('backlot.frames')?.[0] ?? {}
  const others = Object.keys(frame).filter((name) => name !== 'frame' && name !== 'step_id')
  await test.admin(
    `insert into backlot.frames (frame, step_id, ${others.join(', ')})
    select 1000 + g, s.step_id, ${others.map((name) => `f.${name}`).join(', ')}
    from (select * from backlot.frames limit 1) f cross join backlot.farm_steps s cross join generate_series(1, $1::integer) g`,
    [ended],
  )
}

/** Each answers a row for every attempt that is held. */
const statements: Record<string, (tx: Tx) => Promise<unknown[]>> = {
  findAttempts: (tx) =>
    findAttempts(
      tx,
      held.map((attemptId) => ({ attemptId, fence: 1 })),
    ),
  findReportedFrames: (tx) =>
    findReportedFrames(
      tx,
      held.map((attemptId, index) => ({ attemptId, frame: 2000 + index })),
    ),
  jobsOfAttempts: (tx) => jobsOfAttempts(tx, held),
  lockAttempts: (tx) => lockAttempts(tx, held, [workerId]),
  readHeld: (tx) => readHeld(tx, held),
  renewAttempts: (tx) =>
    renewAttempts(
      tx,
      held.map((attemptId) => ({ attemptId, workerId, fence: 1, frame: 1, fraction: 0.5, message: '', beat: 1 })),
      new Date(),
    ),
}

it('statements that workers wait for read what they ask for, on a connection that knew the tables empty', async () => {
  for (const statement of Object.values(statements)) {
    // From its sixth run on a statement keeps its plan.
    for (let run = 0; run < 6; run++) await test.database.background(statement)
  }
  await grow()
  const read: Record<string, number> = {}
  for (const [name, statement] of Object.entries(statements)) {
    read[name] = await test.database.background(async (tx) => {
      const before = await tuplesRead(tx)
      expect(await statement(tx)).toHaveLength(held.length)
      return (await tuplesRead(tx)) - before
    })
  }
  const wasteful = Object.entries(read).filter(([, tuples]) => tuples < held.length || tuples > 10 * held.length)
  expect(wasteful).toEqual([])
})

/** Rows of tables that this connection has read so far. */
async function tuplesRead(tx: Tx): Promise<number> {
  const { rows } = await sql<{ tuples: number }>`
    select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::integer as tuples
    from pg_stat_xact_user_tables where schemaname = 'backlot'
  `.execute(tx)
  return rows[0]?.tuples ?? 0
}
