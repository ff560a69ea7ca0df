import type { FinishedOutput } from '@backlot/contract/schemas/farm'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** Records the one file that a step makes; a repeated report replaces it. */
export async function addOutput(
  tx: Tx,
  output: FinishedOutput & { tenantId: string; jobId: string; stepId: string },
  now: Date,
): Promise<void> {
  const { stepId, tenantId, jobId, attemptId, kind, name, sha256, size } = output
  await sql`
    insert into backlot.outputs (step_id, tenant_id, job_id, attempt_id, kind, name, sha256, size, done_at)
    values (${stepId}, ${tenantId}, ${jobId}, ${attemptId}, ${kind}, ${name}, ${sha256}, ${size}, ${now})
    on conflict (step_id) do update
    set attempt_id = excluded.attempt_id, name = excluded.name, sha256 = excluded.sha256, size = excluded.size,
      done_at = excluded.done_at
  `.execute(tx)
}
