import type { JobOutput } from '@backlot/contract/schemas/jobs'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** The file that a step made. */
export async function readOutput(
  tx: Tx,
  stepId: string,
): Promise<Pick<JobOutput, 'name' | 'sha256' | 'size'> | undefined> {
  const { rows } = await sql<Pick<JobOutput, 'name' | 'sha256' | 'size'>>`
    select name, sha256, size from backlot.outputs where step_id = ${stepId}
  `.execute(tx)
  return rows[0]
}
