import { type RawBuilder, sql } from 'kysely'

/** How much of a job's frames, or of the samples of its one frame, is done, 0 to 1; 0 without a render. A part of somebody else's statement. */
export function shareDone(jobId: RawBuilder<string>): RawBuilder<number> {
  return sql`coalesce((
    select frames_completed::float8 / greatest(frame_count, 1) from backlot.farm_steps
    where farm_steps.job_id = ${jobId} and kind in ('render_frames', 'render_samples')
  ), 0)`
}
