import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export interface History {
  stepId: string
  /** Of the latest frames of an earlier render of the same file. Seconds. */
  seconds: number[]
}

/** Earlier jobs of a project that are looked at. */
const looksBack = 20

/**
 * For steps of which no frame is measured: frame times of the latest render of the same file and scene, at the same size
 * and samples, in the same project.
 */
export async function readHistory(tx: Tx, stepIds: readonly string[]): Promise<History[]> {
  const { rows } = await sql<History>`
    select s.step_id as "stepId", h.recent_seconds as seconds
    from backlot.farm_steps s
    cross join lateral (
      select e.recent_seconds, e.parameters from (
        select recent_seconds, parameters, queued_at from backlot.farm_steps
        where kind = 'render_frames' and project_id = s.project_id
          and parameters ->> 'blendPath' = s.parameters ->> 'blendPath' and queued_at < s.queued_at
        order by queued_at desc limit ${looksBack}
      ) e
      where cardinality(e.recent_seconds) >= 3 and not exists (
        select from unnest(array['scene', 'engine', 'samples', 'width', 'height', 'percentage']) name
        where e.parameters ->> name is distinct from s.parameters ->> name
      )
      order by e.queued_at desc limit 1
    ) h
    where s.step_id = any(${[...stepIds]}::uuid[]) and s.kind = 'render_frames'
  `.execute(tx)
  return rows
}
