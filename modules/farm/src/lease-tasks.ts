import type { Lease } from '@backlot/contract/schemas/farm'
import type { Tx } from '@backlot/db/tx'
import type { Unit } from '@backlot/db/unit'
import { allocate } from './allocate.ts'
import type { FarmContext } from './context.ts'
import { leaseMilliseconds, stallSeconds } from './limits.ts'
import { findDoneFrames } from './queries/find-done-frames.ts'
import { findRenderedFrames, type RenderedFrame } from './queries/find-rendered-frames.ts'
import { lockJobs } from './queries/lock-jobs.ts'
import { rankSteps } from './queries/rank-steps.ts'
import { takeTasks, type TakenTask } from './queries/take-tasks.ts'
import { touchWorkers } from './queries/touch-workers.ts'
import { framesOfTask } from './spans.ts'

export interface LeaseAsk {
  workerId: string
  slots: number
}

/**
 * Leases for many workers at once: rank without locks, lock the jobs of the winners, take under the lock. A worker that
 * got less than it could have, because another server was quicker, gets the rest of the queue in a second round.
 */
export async function leaseTasks(context: FarmContext, asks: readonly LeaseAsk[]): Promise<Lease[][]> {
  const leases = new Map<string, Lease[]>()
  let open = mergeAsks(asks)
  for (let round = 0; round < 2 && open.length > 0; round++) {
    const { taken, missed } = await context.unit((unit) => leaseRound(context, unit, open))
    for (const { workerId, lease } of taken) leases.set(workerId, [...(leases.get(workerId) ?? []), lease])
    open = missed
  }
  // Two calls of one worker in one batch: the first takes what its slots allow, the second the rest.
  return asks.map(({ workerId, slots }) => leases.get(workerId)?.splice(0, slots) ?? [])
}

interface Round {
  taken: { workerId: string; lease: Lease }[]
  /** Slots that were granted a task which was gone by the time its job was locked. */
  missed: LeaseAsk[]
}

async function leaseRound(context: FarmContext, unit: Unit, asks: readonly LeaseAsk[]): Promise<Round> {
  const { tx, now, afterCommit } = unit
  const total = asks.reduce((sum, { slots }) => sum + slots, 0)
  const [changed, ranked] = await Promise.all([
    touchWorkers(
      tx,
      asks.map(({ workerId }) => ({ workerId, state: null })),
      now,
    ),
    total === 0
      ? []
      : rankSteps(
          tx,
          asks.map(({ workerId }) => workerId),
          total,
        ),
  ])
  afterCommit(() => {
    for (const { workerId } of changed) context.workerTouched(workerId)
  })
  const stepsOf = new Map(ranked.flatMap(({ workers, steps }) => workers.map((workerId) => [workerId, steps] as const)))
  const grants = allocate(asks.map((ask) => ({ ...ask, steps: stepsOf.get(ask.workerId) ?? [] })))
  if (grants.length === 0) return { taken: [], missed: [] }

  await lockJobs(tx, [...new Set(grants.map(({ jobId }) => jobId))])
  const expiresAt = new Date(now.getTime() + leaseMilliseconds)
  const tasks = await takeTasks(tx, { grants, now, expiresAt })
  await beginSteps(context, unit, tasks)
  const leases = await describeLeases(tx, tasks, expiresAt)
  afterCommit(() => {
    for (const jobId of new Set(tasks.map((task) => task.jobId))) context.workflow().jobTouched(jobId)
    for (const workerId of new Set(tasks.map((task) => task.workerId))) context.workerTouched(workerId)
  })
  const got = countBy(tasks.map(({ workerId }) => workerId))
  const missed = [...countBy(grants.map(({ workerId }) => workerId))]
    .map(([workerId, granted]) => ({ workerId, slots: granted - (got.get(workerId) ?? 0) }))
    .filter(({ slots }) => slots > 0)
  return { taken: leases, missed }
}

async function beginSteps(context: FarmContext, unit: Unit, tasks: readonly TakenTask[]): Promise<void> {
  const begun = new Map(tasks.filter(({ begins }) => begins).map((task) => [task.stepId, task]))
  for (const { tenantId, jobId, kind } of begun.values()) {
    await context.workflow().stepBegan(unit, { tenantId, jobId, kind })
  }
}

async function describeLeases(
  tx: Tx,
  tasks: readonly TakenTask[],
  expiresAt: Date,
): Promise<{ workerId: string; lease: Lease }[]> {
  const withFrames = tasks.map((task) => ({ ...task, frames: framesOfTask(task, task.position) }))
  const resumed = withFrames.filter(({ framesDone }) => framesDone > 0)
  const afterRender = tasks.filter(({ kind }) => kind !== 'render_frames')
  const [done, rendered] = await Promise.all([
    resumed.length === 0
      ? []
      : findDoneFrames(
          tx,
          resumed.flatMap(({ stepId, frames }) => frames.map((frame) => ({ stepId, frame }))),
        ),
    afterRender.length === 0 ? [] : findRenderedFrames(tx, [...new Set(afterRender.map(({ jobId }) => jobId))]),
  ])
  const doneKeys = new Set(done.map(({ stepId, frame }) => `${stepId} ${frame}`))
  return withFrames.map((task) => ({
    workerId: task.workerId,
    lease: {
      attemptId: task.attemptId,
      fence: task.fence,
      jobId: task.jobId,
      taskId: task.taskId,
      jobName: task.jobName,
      expiresAt: expiresAt.toISOString(),
      step: task.kind,
      parameters: task.parameters,
      treeId: task.treeId,
      frames: task.frames.filter((frame) => !doneKeys.has(`${task.stepId} ${frame}`)),
      inputs: task.kind === 'render_frames' ? [] : inputsOf(task, rendered),
      ...(task.blender === null ? {} : { blender: task.blender }),
      fileVersion: task.fileVersion,
      stallSeconds: stallSeconds[task.kind],
    },
  }))
}

/** A contact sheet shows some frames, spread over the job with the first and the last; a video needs them all. */
function inputsOf({ jobId, kind, parameters }: TakenTask, rendered: readonly RenderedFrame[]): Lease['inputs'] {
  const own = rendered.filter((frame) => frame.jobId === jobId)
  const most = kind === 'contact_sheet' ? Number(parameters.maxFrames) : own.length
  return spread(own, most).map(({ frame, name, sha256, size, colour }) => ({ frame, name, sha256, size, colour }))
}

export function spread<Item>(items: readonly Item[], most: number): Item[] {
  if (items.length <= most) return [...items]
  return Array.from({ length: most }, (_, index) => {
    const place = most === 1 ? 0 : Math.round((index * (items.length - 1)) / (most - 1))
    return items[place] as Item
  })
}

function mergeAsks(asks: readonly LeaseAsk[]): LeaseAsk[] {
  const slots = new Map<string, number>()
  for (const ask of asks) slots.set(ask.workerId, (slots.get(ask.workerId) ?? 0) + ask.slots)
  return [...slots].map(([workerId, slots]) => ({ workerId, slots }))
}

function countBy(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}
