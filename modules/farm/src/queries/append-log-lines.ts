import type { LogLine } from '@backlot/contract/schemas/jobs'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export interface NewLogLine {
  attemptId: string
  at: string
  level: LogLine['level']
  text: string
}

export interface AppendedLine extends LogLine {
  jobId: string
  tenantId: string
  ownerId: string
}

/**
 * Appends lines to the logs of the attempts' jobs, numbered per job. Each attempt keeps at most `most` lines; in place
 * of the first one too many stands a note. Attempts are locked before heads, each ascending.
 */
export async function appendLogLines(tx: Tx, lines: readonly NewLogLine[], most: number): Promise<AppendedLine[]> {
  const { rows } = await sql<Omit<AppendedLine, 'at'> & { at: Date }>`
    with given as (
      select x.*, row_number() over () as n
      from json_to_recordset(${JSON.stringify(lines)}::json) as x("attemptId" uuid, at timestamptz, level text, text text)
    ),
    attempt as (
      select a.attempt_id, a.tenant_id, a.job_id, a.task_id, a.log_lines from backlot.attempts a
      where a.attempt_id in (select "attemptId" from given) order by a.attempt_id for no key update
    ),
    counted as (
      select g.n, g.at, g.level, g.text, a.*, a.log_lines + row_number() over (partition by a.attempt_id order by g.n) as line
      from given g join attempt a on a.attempt_id = g."attemptId"
    ),
    kept as (select * from counted where line <= ${most} + 1),
    noted as (
      update backlot.attempts t set log_lines = t.log_lines + k.count
      from (select attempt_id, count(*) from kept group by 1) k where t.attempt_id = k.attempt_id
    ),
    head as (
      select h.job_id, h.last_seq from backlot.log_heads h
      where h.job_id in (select job_id from attempt) order by h.job_id for no key update
    ),
    moved as (
      update backlot.log_heads h set last_seq = h.last_seq + k.count
      from (select job_id, count(*) from kept group by 1) k, head where h.job_id = k.job_id and head.job_id = h.job_id
      returning h.job_id, old.last_seq
    ),
    written as (
      insert into backlot.log_lines (job_id, seq, tenant_id, at, attempt_id, task_id, level, text)
      select k.job_id, m.last_seq + row_number() over (partition by k.job_id order by k.n), k.tenant_id, k.at,
        k.attempt_id, k.task_id, case when line > ${most} then 'warning' else k.level end,
        case when line > ${most} then 'The rest of this log was not kept.' else k.text end
      from kept k join moved m using (job_id)
      returning *
    )
    select w.seq, w.at, w.attempt_id as "attemptId", w.task_id as "taskId", w.level, w.text, w.job_id as "jobId",
      w.tenant_id as "tenantId", j.owner_id as "ownerId"
    from written w join backlot.farm_jobs j using (job_id) order by w.job_id, w.seq
  `.execute(tx)
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }))
}
