import { CodedError } from '@backlot/base/errors'
import type { ErrorCode } from '@backlot/contract/errors'
import type { FinishedFrame, FinishedOutput } from '@backlot/contract/schemas/farm'
import type { FrameInfo } from '@backlot/contract/schemas/jobs'
import type { Unit } from '@backlot/db/unit'
import type { FarmContext } from './context.ts'
import { type Hold, isOwn, lockHeld, staleAttempt } from './held.ts'
import { addFrames } from './queries/add-frames.ts'
import { addOutput } from './queries/add-output.ts'
import type { HeldAttempt } from './queries/read-held.ts'
import { framesOfTask } from './spans.ts'

export type FrameReport = FinishedFrame & Hold

/**
 * Counts frames of live attempts, each once. A repeated report of the same attempt is fine and changes nothing; one of
 * an attempt that lost its task is refused. Answers, per report, undefined or what was wrong with it.
 */
export async function reportFrames(
  context: FarmContext,
  reports: readonly FrameReport[],
): Promise<(Error | undefined)[]> {
  return context.unit(async (unit) => {
    const held = await lockHeld(
      unit.tx,
      reports.map(({ attemptId }) => attemptId),
    )
    const verdicts = reports.map((report) => judgeFrame(report, held.get(report.attemptId)))
    const good = reports.flatMap((report, index) => {
      const attempt = held.get(report.attemptId)
      return verdicts[index] === undefined && attempt !== undefined ? [{ report, attempt }] : []
    })
    if (good.length === 0) return verdicts
    const added = await addFrames(
      unit.tx,
      good.map(({ report, attempt: { tenantId, jobId, stepId, taskId, workerName } }) => ({
        ...report,
        tenantId,
        jobId,
        stepId,
        taskId,
        workerName,
      })),
      unit.now,
    )
    const isNew = new Set(added.map(({ stepId, frame }) => `${stepId} ${frame}`))
    unit.afterCommit(() => {
      for (const { report, attempt } of good) {
        if (isNew.has(`${attempt.stepId} ${report.frame}`)) announceFrame(context, attempt, report)
      }
      for (const jobId of new Set(good.map(({ attempt }) => attempt.jobId))) context.workflow().jobTouched(jobId)
    })
    return verdicts
  })
}

function judgeFrame(report: FrameReport, held: HeldAttempt | undefined): CodedError<ErrorCode> | undefined {
  if (!isOwn(held, report) || held.state !== 'running') return staleAttempt(report)
  if (held.kind === 'render_frames' && framesOfTask(held, held.position).includes(report.frame)) return undefined
  return new CodedError('request.invalid', `Frame ${report.frame} is not part of this task.`, {
    details: { frame: report.frame, taskId: held.taskId },
  })
}

function announceFrame(context: FarmContext, held: HeldAttempt, report: FrameReport): void {
  const { tenantId, ownerId, jobId, workerName } = held
  const { frame, name, sha256, size, thumbnail, renderSeconds, blender, device, warnings } = report
  const info: FrameInfo = {
    frame,
    state: 'completed',
    file: { name, sha256, size },
    thumbnail,
    renderSeconds,
    progress: null,
    worker: workerName,
    blender,
    device,
    warnings,
  }
  context.publish({ tenantId, ownerId }, 'jobFrame', { jobId }, info)
}

/** Records the file that a step after the render made. Throws when the attempt lost its task. */
export async function reportOutput(context: FarmContext, unit: Unit, output: FinishedOutput & Hold): Promise<void> {
  const held = (await lockHeld(unit.tx, [output.attemptId])).get(output.attemptId)
  if (!isOwn(held, output) || held.state !== 'running') throw staleAttempt(output)
  const expected = held.kind === 'encode_video' ? 'video' : held.kind
  if (output.kind !== expected) {
    throw new CodedError<ErrorCode>('request.invalid', `A ${held.kind} step does not make a ${output.kind}.`)
  }
  const { tenantId, jobId, stepId } = held
  await addOutput(unit.tx, { ...output, tenantId, jobId, stepId }, unit.now)
  unit.afterCommit(() => context.workflow().jobTouched(jobId))
}
