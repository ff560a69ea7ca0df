import type { StepKind } from '@backlot/contract/steps/registry'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** Holds back what is not leased yet, or lets it go. Answers the ids of the job's steps. */
export async function setPaused(tx: Tx, jobId: string, paused: boolean): Promise<string[]> {
  const { rows } = await sql<{ stepId: string }>`
    update backlot.farm_steps set paused = ${paused} where job_id = ${jobId} returning step_id as "stepId"
  `.execute(tx)
  return rows.map(({ stepId }) => stepId)
}

/**
 * Nothing of these steps (all of the job when undefined) is begun any more: one flag instead of a row per task.
 * Steps whose tasks are all done keep what they are.
 */
export async function cancelSteps(tx: Tx, jobId: string, kinds?: readonly StepKind[]): Promise<void> {
  const which = kinds === undefined ? sql`` : sql`and kind = any(${[...kinds]})`
  await sql`
    update backlot.farm_steps set cancelled = true
    where job_id = ${jobId} and completed + failed < task_count ${which}
  `.execute(tx)
}

/** What these steps waited for is done. Answers their ids. */
export async function unblockSteps(tx: Tx, jobId: string, kinds: readonly StepKind[]): Promise<string[]> {
  const { rows } = await sql<{ stepId: string }>`
    update backlot.farm_steps set blocked = false where job_id = ${jobId} and kind = any(${[...kinds]})
    returning step_id as "stepId"
  `.execute(tx)
  return rows.map(({ stepId }) => stepId)
}

/** The step waits for its first lease again: the next one begins it. */
export async function setNotBegun(tx: Tx, stepId: string): Promise<void> {
  await sql`update backlot.farm_steps set begun = false where step_id = ${stepId}`.execute(tx)
}

/** Attempts at work on any step of the job. */
export async function countRunning(tx: Tx, jobId: string): Promise<number> {
  const { rows } = await sql<{ running: number }>`
    select coalesce(sum(running), 0) as running from backlot.farm_steps where job_id = ${jobId}
  `.execute(tx)
  return rows[0]?.running ?? 0
}
