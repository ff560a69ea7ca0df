import type { StepKind } from '@backlot/contract/steps/registry'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** How a step is queued again. */
export interface Requeueing {
  kind: StepKind
  /** It waits for another step that is done again. */
  blocked: boolean
  /** The next lease begins the step anew. */
  restart: boolean
}

/** What failed or was cancelled, with all retries again. What is done stays. */
export async function requeueUnfinished(tx: Tx, jobId: string, { kind, blocked, restart }: Requeueing): Promise<void> {
  await sql`
    with step as (select step_id from backlot.farm_steps where job_id = ${jobId} and kind = ${kind}),
    again as (
      update backlot.tasks t set state = 'queued', failures = 0, losses = 0, frames_failed = 0
      from step where t.step_id = step.step_id and t.state = 'failed'
      returning 1
    )
    update backlot.farm_steps s set
      blocked = ${blocked}, cancelled = false, given_up = false, begun = s.begun and not ${restart},
      requeued = s.requeued + (select count(*) from again), failed = s.failed - (select count(*) from again),
      frames_failed = 0
    from step where s.step_id = step.step_id
  `.execute(tx)
}
