import { CodedError } from '@backlot/base/errors'
import type { ErrorCode } from '@backlot/contract/errors'
import type { FinishedOutput } from '@backlot/contract/schemas/farm'
import type { FrameInfo } from '@backlot/contract/schemas/jobs'
import { isRanged, makesFrames } from '@backlot/contract/steps/registry'
import type { Tx } from '@backlot/db/tx'
import type { FarmContext } from './context.ts'
import { type Hold, isOwn, staleAttempt } from './held.ts'
import { addOutput } from './queries/add-output.ts'
import type { HeldAttempt } from './queries/read-held.ts'
import type { Outcome } from './settle-task.ts'
import { framesOfTask } from './spans.ts'
import type { DeliveredFrame, WorkChange } from './work-change.ts'

/** What a worker says of an attempt: what it has delivered, and how it ended if it did. */
export interface AttemptReport extends Hold {
  frames: readonly DeliveredFrame[]
  output?: Omit<FinishedOutput, 'attemptId' | 'fence'>
  outcome?: Outcome
}

/**
 * Collects reports into one change for each attempt. A repeated report of the same attempt is fine and changes nothing
 * (its answer may have been lost); one of an attempt that lost its task is refused as a whole.
 */
export class ReportBook {
  readonly #held: ReadonlyMap<string, HeldAttempt>
  /** `ATTEMPT FRAME` of frames that are there. */
  readonly #known: Set<string>
  readonly #changes = new Map<string, WorkChange>()
  readonly #outputs: { output: NonNullable<AttemptReport['output']>; held: HeldAttempt }[] = []

  constructor(held: readonly HeldAttempt[], known: readonly { attemptId: string; frame: number }[]) {
    this.#held = new Map(held.map((attempt) => [attempt.attemptId, attempt]))
    this.#known = new Set(known.map(({ attemptId, frame }) => `${attemptId} ${frame}`))
  }

  get changes(): WorkChange[] {
    return [...this.#changes.values()]
  }

  /** Takes the report in. Answers what is wrong with it. */
  add(report: AttemptReport): CodedError<ErrorCode> | undefined {
    const held = this.#held.get(report.attemptId)
    if (!isOwn(held, report)) return staleAttempt(report)
    const told = report.outcome?.state === 'released' ? 'cancelled' : report.outcome?.state
    if (held.state !== 'running') return held.state === told ? undefined : staleAttempt(report)
    const problem = problemOf(report, held)
    if (problem !== undefined) return problem
    const change = this.#changes.get(held.attemptId) ?? { held, frames: [] }
    this.#changes.set(held.attemptId, change)
    for (const frame of report.frames) {
      const key = `${held.attemptId} ${frame.frame}`
      if (!this.#known.has(key)) change.frames.push(frame)
      this.#known.add(key)
    }
    if (report.output !== undefined) {
      change.hasOutput = true
      this.#outputs.push({ output: report.output, held })
    }
    if (report.outcome !== undefined) change.outcome ??= report.outcome
    return undefined
  }

  async writeOutputs(tx: Tx, now: Date): Promise<void> {
    for (const { output, held } of this.#outputs) {
      const { attemptId, fence, tenantId, jobId, stepId } = held
      await addOutput(tx, { ...output, attemptId, fence, tenantId, jobId, stepId }, now)
    }
  }

  /** Tells who follows the jobs of the frames that are new. */
  announce(context: FarmContext): void {
    for (const { held, frames } of this.#changes.values()) {
      if (makesFrames(held.kind)) for (const frame of frames) announceFrame(context, held, frame)
    }
  }
}

function problemOf({ frames, output }: AttemptReport, held: HeldAttempt): CodedError<ErrorCode> | undefined {
  if (frames.length > 0) {
    const own = isRanged(held.kind) ? framesOfTask(held) : []
    const foreign = frames.find(({ frame }) => !own.includes(frame))
    if (foreign !== undefined) {
      return new CodedError('request.invalid', `Frame ${foreign.frame} is not part of this task.`, {
        details: { frame: foreign.frame, taskId: held.taskId },
      })
    }
  }
  const expected = held.kind === 'encode_video' ? 'video' : held.kind
  if (output === undefined || output.kind === expected) return undefined
  return new CodedError('request.invalid', `A ${held.kind} step does not make a ${output.kind}.`)
}

function announceFrame(context: FarmContext, held: HeldAttempt, delivered: DeliveredFrame): void {
  const { tenantId, ownerId, jobId, workerName } = held
  const { frame, name, sha256, size, thumbnail, renderSeconds, blender, device, warnings } = delivered
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
    settingsHash: null,
  }
  context.publish({ tenantId, ownerId }, 'jobFrame', { jobId }, info)
}
