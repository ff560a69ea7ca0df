import type { Unit } from '@backlot/db/unit'
import type { FarmContext } from './context.ts'
import { type Hold, isOwn, lockHeld, staleAttempt } from './held.ts'
import { countRunning } from './queries/count-running.ts'
import { setNotBegun } from './queries/set-not-begun.ts'
import type { HeldAttempt } from './queries/read-held.ts'
import { readOutput } from './queries/read-output.ts'
import { readStepError } from './queries/read-step-error.ts'
import { readTimes } from './queries/read-times.ts'
import { readUsed } from './queries/read-used.ts'
import { type SettledAttempt, settleAttempts, type StepAfter } from './queries/settle-attempts.ts'
import { type Fate, type Outcome, settleTask } from './settle-task.ts'
import { framesOfTask } from './spans.ts'
import { move } from './transitions.ts'

export interface Settlement extends Hold {
  outcome: Outcome
}

/**
 * Ends attempts as their workers say. A result that was told before is fine (its answer may have been lost); one of an
 * attempt that lost its task is refused. Answers, per result, undefined or what was wrong with it.
 */
export async function finishAttempts(
  context: FarmContext,
  settlements: readonly Settlement[],
): Promise<(Error | undefined)[]> {
  return context.unit(async (unit) => {
    const held = await lockHeld(
      unit.tx,
      settlements.map(({ attemptId }) => attemptId),
    )
    const ending = new Map<string, { held: HeldAttempt; outcome: Outcome }>()
    const verdicts = settlements.map((settlement) => {
      const attempt = held.get(settlement.attemptId)
      if (!isOwn(attempt, settlement)) return staleAttempt(settlement)
      if (attempt.state === 'running') {
        ending.set(attempt.attemptId, { held: attempt, outcome: settlement.outcome })
        return undefined
      }
      const told = settlement.outcome.state === 'released' ? 'cancelled' : settlement.outcome.state
      return attempt.state === told ? undefined : staleAttempt(settlement)
    })
    await settle(context, unit, [...ending.values()])
    return verdicts
  })
}

/** Ends attempts that are lost: `isLost` decides under the lock, for the worker may have come back in the meantime. */
export async function loseAttempts(
  context: FarmContext,
  unit: Unit,
  attemptIds: readonly string[],
  { isLost, outcome }: { isLost: (held: HeldAttempt) => boolean; outcome: 'lost' | 'released' },
): Promise<number> {
  const held = await lockHeld(unit.tx, attemptIds)
  const lost = [...held.values()].filter((attempt) => attempt.state === 'running' && isLost(attempt))
  await settle(
    context,
    unit,
    lost.map((held) => ({ held, outcome: { state: outcome } })),
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

async function settle(
  context: FarmContext,
  unit: Unit,
  endings: readonly { held: HeldAttempt; outcome: Outcome }[],
): Promise<void> {
  if (endings.length === 0) return
  const settled = endings.map(({ held, outcome }) => settledAttempt(held, outcome))
  const steps = await settleAttempts(unit.tx, settled, unit.now)
  // Between two tasks of its only worker a step is not idle: it is when attempts went without a result.
  const left = settled.filter(({ attemptState }) => attemptState === 'lost' || attemptState === 'cancelled')
  const leftSteps = new Set(left.map(({ stepId }) => stepId))
  for (const step of steps) await conclude(context, unit, step, leftSteps.has(step.stepId))
  // After all of them: two steps of a cancelled job may end together, and each must end before the job does.
  await endCancelled(context, unit, steps)
  unit.afterCommit(() => {
    for (const jobId of new Set(steps.map((step) => step.jobId))) context.workflow().jobTouched(jobId)
    for (const workerId of new Set(endings.map(({ held }) => held.workerId))) context.workerTouched(workerId)
    const again = settled.filter(({ taskState }) => taskState === 'queued').map(({ stepId }) => stepId)
    if (again.length > 0) context.wake(again)
  })
}

function settledAttempt(held: HeldAttempt, outcome: Outcome): SettledAttempt {
  const frames = framesOfTask(held, held.position).length
  const remaining = held.kind === 'render_frames' ? frames - held.framesDone : Number(!held.hasOutput)
  const fate: Fate = settleTask({
    outcome,
    remaining,
    progressed: held.attemptFramesDone > 0,
    failures: held.failures,
    losses: held.losses,
    maxRetries: held.maxRetries,
    cancelled: held.cancelled,
  })
  return {
    attemptId: held.attemptId,
    attemptState: move('attempt', held.attemptId, 'running', fate.attempt) as Fate['attempt'],
    taskId: held.taskId,
    taskState: move('task', held.taskId, 'leased', fate.task) as Fate['task'],
    stepId: held.stepId,
    failures: fate.failures,
    losses: fate.losses,
    framesFailed: fate.task === 'failed' && held.kind === 'render_frames' ? remaining : 0,
    cause: fate.cause,
    code: fate.error?.code ?? null,
    message: fate.error?.message ?? null,
  }
}

/** What the end of attempts means for their step. */
async function conclude(context: FarmContext, unit: Unit, step: StepAfter, wasLeft: boolean): Promise<void> {
  const { tenantId, jobId, kind, stepId, taskCount, running, completed, failed, cancelled } = step
  const workflow = context.workflow()
  if (running > 0) return
  if (completed + failed === taskCount) {
    const output = await describeOutput(unit, step)
    const error = failed > 0 ? await describeError(unit, step) : undefined
    await workflow.stepEnded(
      unit,
      { tenantId, jobId, kind },
      error === undefined ? { state: 'completed', output } : { state: 'failed', output, error },
    )
  } else if (!cancelled && wasLeft) {
    await setNotBegun(unit.tx, stepId)
    await workflow.stepIdle(unit, { tenantId, jobId, kind })
  }
}

/** Cancelled jobs that nobody works on any more. */
async function endCancelled(context: FarmContext, unit: Unit, steps: readonly StepAfter[]): Promise<void> {
  const jobs = new Map(steps.filter(({ cancelled }) => cancelled).map(({ jobId, tenantId }) => [jobId, tenantId]))
  for (const [jobId, tenantId] of jobs) {
    if ((await countRunning(unit.tx, jobId)) === 0) await context.workflow().jobLetGo(unit, { tenantId, jobId })
  }
}

/** With what a step was done, for the job document. */
async function describeOutput({ tx }: Unit, { kind, stepId }: StepAfter): Promise<Record<string, unknown>> {
  if (kind !== 'render_frames') return { ...(await readOutput(tx, stepId)) }
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
  if (step.taskCount === 1) return { code, message }
  return { code, message: `${step.failed} of ${step.taskCount} tasks failed for good. The first: ${message}` }
}
