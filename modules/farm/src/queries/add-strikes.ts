import type { FailureCause } from '@backlot/contract/schemas/farm'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** A failure of a worker at a step that may be the worker's own fault. */
export interface Strike {
  workerId: string
  stepId: string
  tenantId: string
  jobId: string
  workerName: string
  /** Attempts that ended so. */
  failures: number
  cause: FailureCause | null
  code: string | null
  message: string | null
}

export interface StrikeCount extends Pick<Strike, 'workerId' | 'stepId' | 'failures'> {
  keptOff: boolean
}

/** Counts failures, one row for each worker and step. Answers how many there are in a row now. */
export async function addStrikes(tx: Tx, strikes: readonly Strike[]): Promise<StrikeCount[]> {
  const { rows } = await sql<StrikeCount>`
    insert into backlot.worker_strikes as k
      (worker_id, step_id, tenant_id, job_id, worker_name, failures, cause, code, message)
    select "workerId", "stepId", "tenantId", "jobId", "workerName", failures, cause, code, message
    from json_to_recordset(${JSON.stringify(strikes)}::json) as x(
      "workerId" uuid, "stepId" uuid, "tenantId" uuid, "jobId" uuid, "workerName" text, failures integer, cause text,
      code text,
      message text
    )
    on conflict (worker_id, step_id) do update
    set failures = k.failures + excluded.failures, worker_name = excluded.worker_name, cause = excluded.cause, code = excluded.code,
      message = excluded.message
    returning worker_id as "workerId", step_id as "stepId", failures, kept_off_at is not null as "keptOff"
  `.execute(tx)
  return rows
}
