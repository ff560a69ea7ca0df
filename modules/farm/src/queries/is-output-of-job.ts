import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/**
 * Whether a blob is a frame, a thumbnail or another output of this job. Frames first: a video step asks for each of
 * them, so they have an index; thumbnails are looked for one by one.
 */
export async function isOutputOfJob(tx: Tx, input: { jobId: string; sha256: string }): Promise<boolean> {
  const { jobId, sha256 } = input
  const { rows } = await sql<{ found: boolean }>`
    select exists (
      select from backlot.farm_steps s join backlot.frames f using (step_id)
      where s.job_id = ${jobId}::uuid and f.sha256 = ${sha256}
    ) or exists (
      select from backlot.outputs where job_id = ${jobId}::uuid and sha256 = ${sha256}
    ) or exists (
      select from backlot.farm_steps s join backlot.frames f using (step_id)
      where s.job_id = ${jobId}::uuid and f.thumbnail = ${sha256}
    ) as found
  `.execute(tx)
  return rows[0]?.found === true
}
