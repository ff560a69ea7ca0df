import type { Lease } from '@backlot/contract/schemas/farm'
import { frameSteps, isRanged, type StepKind } from '@backlot/contract/steps/registry'
import type { Tx } from '@backlot/db/tx'
import type { Unit } from '@backlot/db/unit'
import { allocate, type Grant, type LeaseAsk } from './allocate.ts'
import { Caps } from './caps.ts'
import type { FarmContext } from './context.ts'
import { leaseMilliseconds } from './limits.ts'
import { findDoneFrames } from './queries/find-done-frames.ts'
import { findRenderedFrames, type RenderedFrame } from './queries/find-rendered-frames.ts'
import { lockFreeJobs } from './queries/lock-free-jobs.ts'
import { lockLimits } from './queries/lock-limits.ts'
import { readUsages } from './queries/read-usages.ts'
import type { Queue } from './rank-queue.ts'
import { takeTasks, type TakenTask } from './queries/take-tasks.ts'
import { Shares } from './shares.ts'
import { framesOfTask } from './spans.ts'
import { patienceFor } from './stall.ts'

export interface Leased {
  leases: { workerId: string; lease: Lease }[]
  /** There may be more for them: a task was gone or its job held when it came to the locks, or the ranking was cut. */
  missed: boolean
  passedOver: string[]
}

/**
 * Leases for many workers at once, from a ranking that was made without locks: takes what is left of it under the lock
 * of the jobs. `locked`: jobs that the transaction holds. It must not wait for others any more, so a job that somebody
 * else holds in this moment is passed over.
 */
export async function leaseRanked(
  context: FarmContext,
  unit: Unit,
  asks: readonly LeaseAsk[],
  { queue, locked }: { queue: Queue; locked: ReadonlySet<string> },
): Promise<Leased> {
  const { tx, now, afterCommit } = unit
  const { grants: wishes, limited } = wishesOf(context, asks, queue, now)
  const slots = asks.reduce((sum, ask) => sum + ask.slots, 0)
  const others = [...new Set(wishes.map(({ step }) => step.jobId))].filter((jobId) => !locked.has(jobId))
  const free = new Set(others.length === 0 ? [] : await lockFreeJobs(tx, others))
  const passedOver = others.filter((jobId) => !free.has(jobId))
  const held = wishes.filter(({ step }) => locked.has(step.jobId) || free.has(step.jobId))
  const grants = await withinLimits(tx, held, queue)
  if (grants.length === 0) return { leases: [], missed: passedOver.length > 0 || limited, passedOver }

  const expiresAt = new Date(now.getTime() + leaseMilliseconds)
  const tasks = await takeTasks(tx, { grants, now, expiresAt })
  await beginSteps(context, unit, tasks)
  const leases = await describeLeases(tx, tasks, expiresAt)
  afterCommit(() => {
    for (const task of tasks) context.history.note(task.workerId, task.jobId, task, now)
    for (const jobId of new Set(tasks.map((task) => task.jobId))) context.workflow().jobTouched(jobId)
    for (const workerId of new Set(tasks.map((task) => task.workerId))) context.workerTouched(workerId)
  })
  return {
    leases,
    missed: tasks.length < wishes.length || (wishes.length < slots && (limited || queue.ranked.some(({ cut }) => cut))),
    passedOver,
  }
}

/**
 * What the limits allow by what is written, now that nobody else can write it: the job's own under the lock of the job,
 * those that jobs share under the lock of the tenant's limits.
 */
async function withinLimits(tx: Tx, grants: readonly Grant[], { usages }: Queue): Promise<readonly Grant[]> {
  const limited = grants.filter(({ step }) => step.mostRunning !== null || step.licences.length > 0)
  const tenants = Caps.sharedBy(usages)
  for (const { step } of limited) if (step.licences.length > 0) tenants.add(step.tenantId)
  const shared = [...new Set(grants.map(({ step }) => step.tenantId))].filter((tenantId) => tenants.has(tenantId))
  if (shared.length === 0 && limited.length === 0) return grants
  if (shared.length > 0) await lockLimits(tx, shared)
  const caps = new Caps(await readUsages(tx))
  return grants.filter(({ step }) => {
    if (caps.full(step).length > 0) return false
    caps.take(step)
    return true
  })
}

/** Who could have a task of which step, as far as the ranking tells; and whether a limit had a say in it. */
export function wishesOf(
  { history }: FarmContext,
  asks: readonly LeaseAsk[],
  { ranked, shares, usages, weights }: Queue,
  now: Date,
): { grants: Grant[]; limited: boolean } {
  const stepsOf = new Map(ranked.flatMap(({ workers, steps }) => workers.map((workerId) => [workerId, steps] as const)))
  const asking = asks.map((ask) => ({
    ...ask,
    steps: stepsOf.get(ask.workerId) ?? [],
    stayWith: history.jobToStayWith(ask.workerId, now),
  }))
  const caps = new Caps(usages)
  const grants = allocate(asking, new Shares(shares, history, weights), caps)
  return { grants, limited: caps.hasRefused }
}

/** One ask for each worker. */
export function mergeAsks(asks: readonly LeaseAsk[]): LeaseAsk[] {
  const slots = new Map<string, number>()
  for (const ask of asks) slots.set(ask.workerId, (slots.get(ask.workerId) ?? 0) + ask.slots)
  return [...slots].map(([workerId, slots]) => ({ workerId, slots })).filter(({ slots }) => slots > 0)
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
  const withFrames = tasks.map((task) => ({ ...task, frames: framesOfTask(task) }))
  const resumed = withFrames.filter(({ framesDone }) => framesDone > 0)
  const inputKinds = [...new Set(tasks.flatMap(({ kind }) => inputsFor(kind)))]
  const [done, rendered] = await Promise.all([
    resumed.length === 0
      ? []
      : findDoneFrames(
          tx,
          resumed.flatMap(({ stepId, frames }) => frames.map((frame) => ({ stepId, frame }))),
        ),
    inputKinds.length === 0 ? [] : findRenderedFrames(tx, [...new Set(tasks.map(({ jobId }) => jobId))], inputKinds),
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
      inputs: inputsFor(task.kind).length === 0 ? [] : inputsOf(task, rendered),
      ...(task.blender === null ? {} : { blender: task.blender }),
      fileVersion: task.fileVersion,
      ...patienceFor(task.kind, task.slowest),
    },
  }))
}

/** Which steps' frames a step works on. */
function inputsFor(kind: StepKind): readonly StepKind[] {
  if (kind === 'merge_samples') return ['render_samples']
  return isRanged(kind) ? [] : frameSteps
}

/** A contact sheet shows some frames, spread over the job with the first and the last; a video needs them all. */
function inputsOf({ jobId, kind, parameters }: TakenTask, rendered: readonly RenderedFrame[]): Lease['inputs'] {
  const own = rendered.filter((frame) => frame.jobId === jobId)
  const most = kind === 'contact_sheet' ? Number(parameters.maxFrames) : own.length
  return spread(own, most).map(({ frame, name, sha256, size, samples, colour }) => ({
    frame,
    name,
    sha256,
    size,
    samples,
    colour,
  }))
}

export function spread<Item>(items: readonly Item[], most: number): Item[] {
  if (items.length <= most) return [...items]
  return Array.from({ length: most }, (_, index) => {
    const place = most === 1 ? 0 : Math.round((index * (items.length - 1)) / (most - 1))
    return items[place] as Item
  })
}
