import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/**
 * Which of these blobs are frames, thumbnails or other outputs of this job. Frames first: a video step asks for each of
 * them, so they have an index; thumbnails are looked for one by one.
 */
export async function outputsOfJob(
  tx: Tx,
  input: { jobId: string; hashes: readonly string[] },
): Promise<readonly string[]> {
  const { jobId, hashes } = input
  const { rows } = await sql<{ sha256: string }>`
    select asked.sha256 from unnest(${hashes}::text[]) as asked (sha256)
    where exists (
      select from backlot.farm_steps s join backlot.frames f using (step_id)
      where s.job_id = ${jobId}::uuid and f.sha256 = asked.sha256
    ) or exists (
      select from backlot.outputs where job_id = ${jobId}::uuid and sha256 = asked.sha256
    ) or exists (
      select from backlot.farm_steps s join backlot.frames f using (step_id)
      where s.job_id = ${jobId}::uuid and f.thumbnail = asked.sha256
    )
  `.execute(tx)
  return rows.map(({ sha256 }) => sha256)
}
