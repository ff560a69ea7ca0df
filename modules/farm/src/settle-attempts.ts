import { isRanged } from '@backlot/contract/steps/registry'
import type { Unit } from '@backlot/db/unit'
import type { FarmContext } from './context.ts'
import { lockHeld } from './held.ts'
import { cutGoodEnough } from './finish-still.ts'
import { giveUpHopeless } from './give-up.ts'
import { judgeWorkers } from './judge-workers.ts'
import { failureRules } from '@backlot/contract/failure-rules'
import { holdSteps } from './queries/hold-steps.ts'
import { countRunning } from './queries/count-running.ts'
import type { WorkerAtStep } from './queries/forget-strikes.ts'
import type { HeldAttempt } from './queries/read-held.ts'
import { readOutput } from './queries/read-output.ts'
import { readStepError } from './queries/read-step-error.ts'
import { readTimes } from './queries/read-times.ts'
import { readUsed } from './queries/read-used.ts'
import { setNotBegun } from './queries/set-not-begun.ts'
import type { StepAfter } from './queries/step-after.ts'
import { writeWork } from './queries/write-work.ts'
import { type AttemptRow, rowsOf, type WorkChange } from './work-change.ts'

/** Ends attempts that are lost: `isLost` decides under the lock, for the worker may have come back in the meantime. */
export async function loseAttempts(
  context: FarmContext,
  unit: Unit,
  attemptIds: readonly string[],
  { isLost, outcome }: { isLost: (held: HeldAttempt) => boolean; outcome: 'lost' | 'released' },
): Promise<number> {
  const held = await lockHeld(unit.tx, attemptIds)
  const lost = held.filter((attempt) => attempt.state === 'running' && isLost(attempt))
  await applyChanges(
    context,
    unit,
    lost.map((held) => ({ held, frames: [], outcome: { state: outcome } })),
  )
  unit.afterCommit(() => tellToDrop(context, lost))
  return lost.length
}

/** The workers end these attempts at once instead of finding out when they renew. */
export function tellToDrop(context: FarmContext, attempts: readonly { attemptId: string; workerId: string }[]): void {
  for (const [workerId, dropped] of Map.groupBy(attempts, (attempt) => attempt.workerId)) {
    const ids = dropped.map(({ attemptId }) => attemptId)
    context.publish({ workerId }, 'agentDrop', { workerId }, { attempts: ids })
  }
}

export interface Applied {
  /** There may be work now that was not there before. */
  freed: boolean
  /** Workers that get no more tasks of a step. */
  keptOff: WorkerAtStep[]
}

/**
 * Writes what happened to attempts, which are held under the lock of their jobs, and draws the conclusions: steps end or
 * wait again, jobs go on, workers are kept off.
 */
export async function applyChanges(context: FarmContext, unit: Unit, changes: readonly WorkChange[]): Promise<Applied> {
  if (changes.length === 0) return { freed: false, keptOff: [] }
  const rows = rowsOf(changes)
  const written = await writeWork(unit.tx, rows, unit.now)
  const steps = await giveUpHopeless(context, unit, await cutGoodEnough(context, unit, written))
  const ended = rows.attempts.filter(({ attemptState }) => attemptState !== 'running')
  const endedSteps = new Set(ended.map(({ stepId }) => stepId))
  // Between two tasks of its only worker a step is not idle: it is when attempts went without a result.
  const left = ended.filter(({ attemptState }) => attemptState === 'lost' || attemptState === 'cancelled')
  const leftSteps = new Set(left.map(({ stepId }) => stepId))
  const settled = steps.filter(({ stepId }) => endedSteps.has(stepId))
  await waitForLicences(unit, ended)
  for (const { held, outcome } of changes) {
    if (outcome?.state !== 'failed' || outcome.cause !== 'stalled') continue
    const { tenantId, jobId, kind, workerName: worker } = held
    await context.workflow().attemptStalled(unit, { tenantId, jobId, kind }, { worker, message: outcome.message })
  }
  const { keptOff } = await judgeWorkers(context, unit, changes, ended)
  let concluded = false
  for (const step of settled) concluded = (await conclude(context, unit, step, leftSteps.has(step.stepId))) || concluded
  // After all of them: two steps of a cancelled job may end together, and each must end before the job does.
  await endCancelled(context, unit, settled)
  const again = new Set(ended.filter(({ taskState }) => taskState === 'queued').map(({ stepId }) => stepId))
  unit.afterCommit(() => {
    for (const jobId of new Set(steps.map((step) => step.jobId))) context.workflow().jobTouched(jobId)
    const done = changes.filter(({ outcome }) => outcome !== undefined)
    for (const workerId of new Set(done.map(({ held }) => held.workerId))) context.workerTouched(workerId)
    if (again.size > 0) context.wake([...again])
  })
  return { freed: again.size > 0 || concluded, keptOff }
}

/** Steps of which nothing is begun for a while: trying at once would fail as it just did. */
async function waitForLicences({ tx, now }: Unit, ended: readonly AttemptRow[]): Promise<void> {
  const waits = ended.flatMap(({ stepId, cause }) => {
    const seconds = cause === null ? 0 : failureRules[cause].waitSeconds
    return seconds > 0 ? [{ stepId, until: new Date(now.getTime() + seconds * 1000) }] : []
  })
  if (waits.length > 0) await holdSteps(tx, waits)
}

/** What the end of attempts means for their step. Answers whether the step ended. */
export async function conclude(context: FarmContext, unit: Unit, step: StepAfter, wasLeft: boolean): Promise<boolean> {
  const { tenantId, jobId, kind, stepId, ended, running, failed, cancelled, givenUp } = step
  const workflow = context.workflow()
  if (running > 0) return false
  if (ended || givenUp) {
    const output = await describeOutput(unit, step)
    const error = failed > 0 ? await describeError(unit, step) : undefined
    await workflow.stepEnded(
      unit,
      { tenantId, jobId, kind },
      error === undefined ? { state: 'completed', output } : { state: 'failed', output, error },
    )
    return true
  }
  if (!cancelled && wasLeft) {
    await setNotBegun(unit.tx, stepId)
    await workflow.stepIdle(unit, { tenantId, jobId, kind })
  }
  return false
}

/** Cancelled jobs that nobody works on any more. */
async function endCancelled(context: FarmContext, unit: Unit, steps: readonly StepAfter[]): Promise<void> {
  const jobs = new Map(
    steps.filter(({ cancelled, givenUp }) => cancelled && !givenUp).map(({ jobId, tenantId }) => [jobId, tenantId]),
  )
  for (const [jobId, tenantId] of jobs) {
    if ((await countRunning(unit.tx, jobId)) === 0) await context.workflow().jobLetGo(unit, { tenantId, jobId })
  }
}

/** With what a step was done, for the job document. */
async function describeOutput({ tx }: Unit, { kind, stepId }: StepAfter): Promise<Record<string, unknown>> {
  if (!isRanged(kind)) return { ...(await readOutput(tx, stepId)) }
  const [used, times] = await Promise.all([readUsed(tx, stepId), readTimes(tx, stepId)])
  const most = used[0]
  return {
    frames: used.reduce((sum, { frames }) => sum + frames, 0),
    ...(most && { engine: most.engine, device: most.device, blender: most.blender, samples: most.samples }),
    ...times,
    // A CPU fallback, or a second Blender version, must not hide behind the majority.
    ...(used.length > 1 && { used }),
  }
}

async function describeError({ tx }: Unit, step: StepAfter): Promise<{ code: string; message: string }> {
  const first = await readStepError(tx, step.stepId)
  const { code = 'render.host_error', message = 'The workers were lost.' } = first ?? {}
  if (step.tasksMade === 1) return { code, message }
  const given = step.givenUp ? ', and the rest was not begun' : ''
  return { code, message: `${step.failed} of ${step.tasksMade} tasks failed for good${given}. The first: ${message}` }
}
