import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'
import type { StepRow } from './read-steps.ts'
import { tasksLeft } from './tasks-left.ts'

/**
 * Tasks that are leased before this step's whatever the shares are, as far as they compete for the same class of
 * workers: those of a higher priority, and the same person's older ones.
 */
export async function countTasksAhead(tx: Tx, step: StepRow): Promise<number> {
  const { rows } = await sql<{ ahead: number }>`
    select coalesce(sum(${tasksLeft}), 0) as ahead from backlot.farm_steps
    where leasable and class_id = ${step.classId} and (
      priority > ${step.priority}
      or (priority, tenant_id, project_id, owner_id)
          = (${step.priority}, ${step.tenantId}::uuid, ${step.projectId}::uuid, ${step.ownerId}::uuid)
        and (queued_at, step_id) < (${step.queuedAt}, ${step.stepId})
    )
  `.execute(tx)
  return rows[0]?.ahead ?? 0
}
