import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** What a render took. Seconds. */
export interface RenderTimes {
  /** Of Blender's render calls: all frames, the fastest and the slowest one. */
  render_seconds: number
  fastest_seconds: number
  slowest_seconds: number
  slowest_frame: number
  /** That workers were occupied, with loading, failed attempts and everything: what the step costs. */
  worker_seconds: number
}

/** The times of a step, undefined before its first frame. */
export async function readTimes(tx: Tx, stepId: string): Promise<RenderTimes | undefined> {
  const { rows } = await sql<RenderTimes>`
    select round(f.total::numeric, 3)::float8 as render_seconds, f.fastest::float8 as fastest_seconds,
      f.slowest::float8 as slowest_seconds, f.slowest_frame,
      (
        select coalesce(round(sum(extract(epoch from a.ended_at - a.leased_at)), 3), 0)::float8
        from backlot.attempts a where a.step_id = ${stepId}
      ) as worker_seconds
    from (
      select sum(render_seconds::float8) as total, round(min(render_seconds)::numeric, 3) as fastest,
        round(max(render_seconds)::numeric, 3) as slowest,
        (array_agg(frame order by render_seconds desc, frame))[1] as slowest_frame
      from backlot.frames where step_id = ${stepId}
      having count(*) > 0
    ) f
  `.execute(tx)
  return rows[0]
}
