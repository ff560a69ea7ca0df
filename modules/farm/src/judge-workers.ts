import { failureRules } from '@backlot/contract/failure-rules'
import type { Unit } from '@backlot/db/unit'
import type { FarmContext } from './context.ts'
import { strikesForLoss } from './limits.ts'
import { addStrikes, type Strike } from './queries/add-strikes.ts'
import { findNeededWorkers } from './queries/find-needed-workers.ts'
import { forgetStrikes, type WorkerAtStep } from './queries/forget-strikes.ts'
import { keepOff } from './queries/keep-off.ts'
import { keepOffSmaller } from './queries/keep-off-smaller.ts'
import { lockJobs } from './queries/lock-jobs.ts'
import type { HeldAttempt } from './queries/read-held.ts'
import { type Fate, isStrike } from './settle-task.ts'
import type { AttemptRow, WorkChange } from './work-change.ts'

/**
 * A worker that fails a step as often in a row as the rule of the cause says (`failure-rules.ts`), with what may be its own fault and without one frame in
 * between, gets no more tasks of it: else it would burn the retries of every task, faster than the others can render.
 * But never the last worker that could do it: then the tasks' retries decide, and the job ends. (Flamenco fails the job
 * when every worker is blocked; a studio with one worker would lose jobs to a full disk.) Whoever queues the job again
 * gives every worker another chance.
 */
export async function judgeWorkers(
  context: FarmContext,
  unit: Unit,
  changes: readonly WorkChange[],
  ended: readonly AttemptRow[],
): Promise<{ keptOff: WorkerAtStep[] }> {
  const heldOf = new Map(changes.map(({ held }) => [held.attemptId, held]))
  const rows = ended.map((row) => ({ row, held: heldOf.get(row.attemptId) as HeldAttempt }))
  const good = rows.filter(({ row, held }) => held.hasStrikes && isSuccess(row)).map(({ held }) => pairOf(held))
  if (good.length > 0) await forgetStrikes(unit.tx, good)
  const bad = rows.filter(
    ({ row }) => !isSuccess(row) && isStrike({ ...row, attempt: row.attemptState as Fate['attempt'] }),
  )
  if (bad.length === 0) return { keptOff: [] }
  const counts = await addStrikes(unit.tx, sumUp(bad))
  const keptOff: WorkerAtStep[] = []
  // One after the other: of two that reach the limit together, the second may be the last.
  for (const count of counts) {
    if (count.keptOff || count.failures < strikesFor(bad, count) || !(await keepOff(unit.tx, count, unit.now))) continue
    keptOff.push({ workerId: count.workerId, stepId: count.stepId })
    const { row, held } = bad.findLast(({ held }) => isOf(held, count)) as (typeof bad)[number]
    const { tenantId, jobId, kind, workerId, workerName } = held
    const code = row.code ?? 'render.host_error'
    const message = row.message ?? lostMessage
    const worker = { workerId, name: workerName, failures: count.failures, code, message }
    await context.workflow().workerKeptOff(unit, { tenantId, jobId, kind }, worker)
    if (row.cause !== null && failureRules[row.cause].needsMemory) {
      keptOff.push(...(await keepOffSmaller(unit.tx, { ...count, code, message }, unit.now)))
    }
  }
  return { keptOff }
}

/** What is said of a worker that did not come back. */
export const lostMessage = 'It was lost while it held the task.'

/** Those who are kept off a step may work on it again when nobody else could: a job must not wait for ever. */
export async function readmitNeeded(context: FarmContext): Promise<void> {
  const needed = await context.unit(({ tx }) => findNeededWorkers(tx))
  for (const [jobId, workers] of Map.groupBy(needed, (worker) => worker.jobId)) {
    await context.unit(async (unit) => {
      await lockJobs(unit.tx, [jobId])
      await forgetStrikes(unit.tx, workers)
      for (const { tenantId, kind, workerId, workerName } of workers) {
        await context.workflow().workerNeeded(unit, { tenantId, jobId, kind }, { workerId, name: workerName })
      }
    })
  }
}

/** How many failures in a row its last one needs. */
function strikesFor(bad: readonly { row: AttemptRow; held: HeldAttempt }[], of: WorkerAtStep): number {
  const cause = bad.findLast(({ held }) => isOf(held, of))?.row.cause ?? null
  return (cause === null ? null : failureRules[cause].strikes) ?? strikesForLoss
}

/** A frame is a success, however the attempt ended. */
function isSuccess({ attemptState, attemptFramesDone }: AttemptRow): boolean {
  return attemptState === 'completed' || attemptFramesDone > 0
}

function sumUp(bad: readonly { row: AttemptRow; held: HeldAttempt }[]): Strike[] {
  const groups = Map.groupBy(bad, ({ held }) => `${held.workerId} ${held.stepId}`)
  return [...groups.values()].map((group) => {
    const { row, held } = group.at(-1) as (typeof group)[number]
    const { tenantId, jobId, workerName } = held
    const { cause, code, message } = row
    return { ...pairOf(held), tenantId, jobId, workerName, failures: group.length, cause, code, message }
  })
}

function pairOf({ workerId, stepId }: HeldAttempt): WorkerAtStep {
  return { workerId, stepId }
}

function isOf(held: HeldAttempt, { workerId, stepId }: WorkerAtStep): boolean {
  return held.workerId === workerId && held.stepId === stepId
}
