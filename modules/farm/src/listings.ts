import { CodedError } from '@backlot/base/errors'
import type { ErrorCode } from '@backlot/contract/errors'
import type { FrameInfo, JobOutput, LogLine, TaskInfo, TimelineEntry } from '@backlot/contract/schemas/jobs'
import { makesFrames } from '@backlot/contract/steps/registry'
import type { Tx } from '@backlot/db/tx'
import { placeOf } from './frame-order.ts'
import { type FrameRow, listDoneFrames } from './queries/list-done-frames.ts'
import { type FrameTask, listFrameTasks } from './queries/list-frame-tasks.ts'
import { listLogLines, type LogQuery } from './queries/list-log-lines.ts'
import { listOutputs } from './queries/list-outputs.ts'
import { listAttempts } from './queries/list-attempts.ts'
import { listTimeline } from './queries/list-timeline.ts'
import { listTasks, type TaskRow } from './queries/list-tasks.ts'
import { readSteps, type StepRow } from './queries/read-steps.ts'
import { countBelow, framesAt, textOfTask } from './spans.ts'
import { taskState } from './task-view.ts'

export interface Page<Item> {
  items: Item[]
  next?: string
}
export interface PageQuery {
  cursor?: string | undefined
  limit: number
}

/** `from`: begin at this frame number when there is no cursor. */
export interface FrameQuery extends PageQuery {
  from?: number | undefined
}

/** Frames in order; the cursor is the index of the next one. */
export async function listFrames(
  tx: Tx,
  jobId: string,
  { cursor, limit, from: frame }: FrameQuery,
): Promise<Page<FrameInfo>> {
  const step = (await readSteps(tx, jobId)).find(({ kind }) => makesFrames(kind))
  if (step === undefined) return { items: [] }
  const from = parseCursor(cursor, /^(\d{1,7})$/)[0] ?? (frame === undefined ? 0 : countBelow(step.spans, frame))
  const frames = framesAt(step.spans, from, from + limit)
  const first = frames[0]
  const last = frames.at(-1)
  if (first === undefined || last === undefined) return { items: [] }
  const places = frames.map((_, at) => placeOf(step.frameOrder, from + at, step.frameCount))
  const [done, tasks] = await Promise.all([
    listDoneFrames(tx, step.stepId, first, last),
    listFrameTasks(tx, step.stepId, places),
  ])
  const doneByFrame = new Map(done.map((row) => [row.frame, row]))
  const taskByPlace = new Map(tasks.map((task) => [task.place, task]))
  const items = frames.map((frame, at) =>
    describeFrame(step, frame, doneByFrame.get(frame), taskByPlace.get(places[at] as number)),
  )
  const end = from + frames.length
  return end < step.frameCount ? { items, next: `${end}` } : { items }
}

function describeFrame(
  step: StepRow,
  frame: number,
  row: FrameRow | undefined,
  task: FrameTask | undefined,
): FrameInfo {
  if (row !== undefined) {
    const { name, sha256, size, thumbnail, renderSeconds, worker, blender, device, warnings, settingsHash } = row
    const file = { name, sha256, size }
    return {
      frame,
      state: 'completed',
      file,
      thumbnail,
      renderSeconds,
      progress: null,
      worker,
      blender,
      device,
      warnings,
      settingsHash,
    }
  }
  const isAtWork = task?.state === 'leased' && task.frame === frame
  const state = taskState(step, task?.state)
  return {
    frame,
    state: state === 'failed' || state === 'cancelled' ? state : isAtWork ? 'running' : 'queued',
    file: null,
    thumbnail: null,
    renderSeconds: null,
    progress: isAtWork ? task.fraction : null,
    worker: isAtWork ? task.worker : null,
    blender: null,
    device: null,
    warnings: [],
    settingsHash: null,
  }
}

export async function listJobOutputs(tx: Tx, jobId: string): Promise<JobOutput[]> {
  return listOutputs(tx, jobId)
}

/**
 * Tasks with their attempts, step by step. The cursor is `STEP.PLACE`. Tasks that were never leased have no row yet:
 * they are not listed one by one.
 */
export async function listJobTasks(tx: Tx, jobId: string, { cursor, limit }: PageQuery): Promise<Page<TaskInfo>> {
  const steps = await readSteps(tx, jobId)
  const [ordinal = 0, firstPlace = 0] = parseCursor(cursor, /^(\d{1,3})\.(\d{1,7})$/)
  const found: { step: StepRow; ordinal: number; task: TaskRow }[] = []
  for (let index = ordinal; index < steps.length && found.length <= limit; index++) {
    const step = steps[index] as StepRow
    const from = index === ordinal ? firstPlace : 0
    const tasks = await listTasks(tx, step.stepId, from, limit + 1 - found.length)
    found.push(...tasks.map((task) => ({ step, ordinal: index, task })))
  }
  const page = found.slice(0, limit)
  const attempts = Map.groupBy(
    await listAttempts(
      tx,
      page.map(({ task }) => task.taskId),
    ),
    ({ taskId }) => taskId,
  )
  const items = page.map(({ step, task }): TaskInfo => {
    const own = attempts.get(task.taskId) ?? []
    return {
      taskId: task.taskId,
      step: step.kind,
      state: taskState(step, task.state),
      frames: textOfTask({ ...step, ...task }),
      failures: task.failures,
      worker: own.findLast(({ state }) => state === 'running')?.worker ?? null,
      attempts: own.map(({ attemptId, state, worker, startedAt, endedAt, code, message }) => ({
        attemptId,
        state,
        worker,
        startedAt: startedAt.toISOString(),
        endedAt: endedAt?.toISOString() ?? null,
        error: code === null ? null : { code, message: message ?? '' },
      })),
    }
  })
  const following = found[limit]
  return following === undefined ? { items } : { items, next: `${following.ordinal}.${following.task.firstPlace}` }
}

/** Attempts in the order in which they began. The cursor is the last one's id. */
export async function listJobTimeline(
  tx: Tx,
  jobId: string,
  { cursor, limit }: PageQuery,
): Promise<Page<TimelineEntry>> {
  const steps = new Map((await readSteps(tx, jobId)).map((step) => [step.stepId, step]))
  if (cursor !== undefined && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(cursor)) throw wrongCursor()
  const found = await listTimeline(tx, { jobId, after: cursor, limit: limit + 1 })
  const items = found.slice(0, limit).map((row): TimelineEntry => {
    const { attemptId, stepId, worker, state, startedAt, endedAt, framesDone, code, message } = row
    const step = steps.get(stepId) as StepRow
    return {
      attemptId,
      step: step.kind,
      frames: textOfTask({ ...step, ...row }),
      worker,
      state,
      startedAt: startedAt.toISOString(),
      endedAt: endedAt?.toISOString() ?? null,
      framesDone,
      error: code === null ? null : { code, message: message ?? '' },
    }
  })
  const last = items.at(-1)
  return found.length > limit && last !== undefined ? { items, next: last.attemptId } : { items }
}

export async function listJobLogs(tx: Tx, query: LogQuery): Promise<LogLine[]> {
  const lines = await listLogLines(tx, query)
  return lines.map((line) => ({ ...line, at: line.at.toISOString() }))
}

function parseCursor(cursor: string | undefined, form: RegExp): number[] {
  if (cursor === undefined) return []
  const match = form.exec(cursor)
  if (match === null) throw wrongCursor()
  return match.slice(1).map(Number)
}

function wrongCursor(): CodedError<ErrorCode> {
  return new CodedError('request.invalid', 'The cursor is not one of this list.')
}
