import type { Lease } from '@backlot/contract/schemas/farm'
import type { Unit } from '@backlot/db/unit'
import type { FarmContext } from './context.ts'
import type { Grant, LeaseAsk } from './allocate.ts'
import { type Leased, leaseRanked, mergeAsks, wishesOf } from './lease-tasks.ts'
import { findReportedFrames } from './queries/find-reported-frames.ts'
import { jobsOfAttempts } from './queries/jobs-of-attempts.ts'
import { lockAttempts } from './queries/lock-attempts.ts'
import { lockFreeJobs } from './queries/lock-free-jobs.ts'
import { lockJobs } from './queries/lock-jobs.ts'
import { readHeld } from './queries/read-held.ts'
import { touchWorkers } from './queries/touch-workers.ts'
import { rankQueue, withoutSteps } from './rank-queue.ts'
import { expireUnmentioned, type Renewal, renewLeases } from './renew-leases.ts'
import { type AttemptReport, ReportBook } from './reports.ts'
import { applyChanges } from './settle-attempts.ts'

/** Whatever a worker calls for, in any combination. */
export interface FarmCall {
  workerId: string
  renewal?: Omit<Renewal, 'workerId'>
  report?: Omit<AttemptReport, 'workerId'>
  /** Leases that it wants, once its report has been accepted. */
  slots: number
}

export interface FarmAnswer {
  leases: Lease[]
  /** Of the renewed attempts: those to end now. */
  drop: string[]
}

export interface Answered {
  answer: FarmAnswer
  /** What of the call is left to do, for it needs a job that somebody else holds. */
  later?: FarmCall
}

const heldUp = Symbol('held up')
type Verdict = Error | typeof heldUp | undefined

interface Turn {
  verdicts: Verdict[]
  renewed: ReadonlySet<string>
  leases: { workerId: string; lease: Lease }[]
  /** Got nothing although there may be work. */
  open: LeaseAsk[]
  /** Jobs that had work for them, and that somebody else holds. */
  passedOver: string[]
}

/**
 * Answers the calls of many workers in one transaction: jobs are locked once, not once for each kind of call, and a
 * batch never waits for another one. What a worker delivers counts first, then come leases; renewals are as of before.
 * `wait` false: what needs a job that somebody else holds (thousands of frames are queued again) is left for later, so
 * that nobody waits for a job that is not theirs.
 */
export async function answerCalls(
  context: FarmContext,
  calls: readonly FarmCall[],
  { wait }: { wait: boolean },
): Promise<(Answered | Error)[]> {
  const turn = await context.unit((unit) => takeTurn(context, unit, calls, wait))
  const more = turn.open.length === 0 ? [] : await leaseAgain(context, turn, wait)
  const leases = Map.groupBy([...turn.leases, ...more], ({ workerId }) => workerId)
  return calls.map((call, index) => {
    const { workerId, slots, renewal } = call
    const verdict = turn.verdicts[index]
    if (verdict === heldUp) return { answer: { leases: [], drop: [] }, later: call }
    if (verdict !== undefined) return verdict
    const drop = (renewal?.attempts ?? []).map(({ attemptId }) => attemptId).filter((id) => !turn.renewed.has(id))
    // Two calls of one worker in one batch: the first takes what its slots allow, the second the rest.
    const own = (leases.get(workerId)?.splice(0, slots) ?? []).map(({ lease }) => lease)
    const rest = turn.passedOver.length > 0 ? slots - own.length : 0
    return { answer: { drop, leases: own }, ...(rest > 0 && { later: { workerId, slots: rest } }) }
  })
}

async function takeTurn(context: FarmContext, unit: Unit, calls: readonly FarmCall[], wait: boolean): Promise<Turn> {
  const { tx, now, afterCommit } = unit
  const ids = [...new Set(calls.flatMap(({ report }) => (report === undefined ? [] : [report.attemptId])))]
  const renewals = calls.flatMap(({ workerId, renewal }) => (renewal === undefined ? [] : [{ workerId, ...renewal }]))
  const hopeful = mergeAsks(calls)
  const [changed, queue, jobs] = await Promise.all([
    touchWorkers(tx, calls.filter(isSignOfLife).map(signOf), now),
    rankQueue(unit, hopeful),
    ids.length === 0 ? [] : jobsOfAttempts(tx, ids),
  ])
  afterCommit(() => changed.forEach(({ workerId }) => context.workerTouched(workerId)))

  const renewing = renewals.map(({ workerId }) => workerId)
  const named = renewals.flatMap(({ attempts }) => attempts.map(({ attemptId }) => attemptId))
  const frames = calls.flatMap(({ report }) =>
    (report?.frames ?? []).map(({ frame }) => ({ attemptId: (report as AttemptReport).attemptId, frame })),
  )
  // Who waits for jobs waits for all that it may need at once: the order of the locks is ascending.
  const wished = wait ? jobsOf(wishesOf(context, hopeful, queue, now).grants) : []
  // Sent together, done one after the other: each reads what is there once the locks before it are held.
  const [locked, live, held, known, renewed] = await Promise.all([
    lockAll(unit, new Set([...jobs.map(({ jobId }) => jobId), ...wished]), wait),
    ids.length + renewing.length === 0 ? [] : lockAttempts(tx, [...ids, ...named], renewing),
    ids.length === 0 ? [] : readHeld(tx, ids),
    frames.length === 0 ? [] : findReportedFrames(tx, frames),
    renewLeases(context, unit, renewals),
  ])
  await expireUnmentioned(unit, renewals, live)

  const book = new ReportBook(held, known)
  const jobOf = new Map(jobs.map(({ attemptId, jobId }) => [attemptId, jobId]))
  const verdicts = calls.map(({ workerId, report }): Verdict => {
    if (report === undefined) return undefined
    const jobId = jobOf.get(report.attemptId)
    if (jobId !== undefined && !locked.has(jobId)) return heldUp
    return book.add({ ...report, workerId })
  })
  await book.writeOutputs(tx, now)
  const { freed, keptOff } = await applyChanges(context, unit, book.changes)
  afterCommit(() => book.announce(context))

  const asks = mergeAsks(calls.filter((_, index) => verdicts[index] === undefined))
  const { leases, missed, passedOver } = await leaseRanked(context, unit, asks, {
    queue: withoutSteps(queue, keptOff),
    locked,
  })
  // The ranking left out what was at its limit; an attempt that ended since has made room.
  const hasRoom = queue.isLimited && calls.some(({ report }) => report?.outcome !== undefined)
  const open = missed || freed || hasRoom ? unsatisfied(asks, leases) : []
  return { verdicts, renewed, leases, open, passedOver }
}

/** So often a queue is looked at again in one call: each time a limit filled up, or somebody else was quicker. */
const mostLooks = 4

/** With fresh looks at the queue: another server was quicker, a job was held, or this batch itself has made work. */
async function leaseAgain(context: FarmContext, turn: Turn, wait: boolean): Promise<Turn['leases']> {
  const all: Turn['leases'] = []
  let { open, passedOver } = turn
  try {
    for (let look = 0; look < mostLooks && open.length > 0; look++) {
      const { leases, missed, ...more } = await lookAgain(context, { open, passedOver }, wait)
      all.push(...leases)
      passedOver = [...passedOver, ...more.passedOver]
      open = missed && leases.length > 0 ? unsatisfied(open, leases) : []
    }
  } catch (error) {
    // What was reported is committed: these workers have to ask once more, nothing else is lost.
    context.log.warn({ err: error }, 'farm: a further round of leases failed')
  }
  return all
}

function lookAgain(
  context: FarmContext,
  { open, passedOver }: Pick<Turn, 'open' | 'passedOver'>,
  wait: boolean,
): Promise<Leased> {
  return context.unit(async (unit) => {
    const queue = await rankQueue(unit, open, { without: passedOver })
    const wished = wait ? jobsOf(wishesOf(context, open, queue, unit.now).grants) : []
    const locked = await lockAll(unit, new Set(wished), wait)
    return leaseRanked(context, unit, open, { queue, locked })
  })
}

async function lockAll({ tx }: Unit, jobIds: ReadonlySet<string>, wait: boolean): Promise<Set<string>> {
  if (jobIds.size === 0) return new Set()
  if (!wait) return new Set(await lockFreeJobs(tx, [...jobIds]))
  await lockJobs(tx, [...jobIds])
  return new Set(jobIds)
}

function jobsOf(grants: readonly Grant[]): string[] {
  return grants.map(({ step }) => step.jobId)
}

/** Who delivers may have said goodbye before; who asks or renews is there. */
function isSignOfLife({ renewal, report, slots }: FarmCall): boolean {
  return renewal !== undefined || report === undefined || slots > 0
}

function signOf({ workerId, renewal }: FarmCall) {
  return { workerId, state: renewal?.state ?? null }
}

function unsatisfied(asks: readonly LeaseAsk[], leases: Turn['leases']): LeaseAsk[] {
  const got = Map.groupBy(leases, ({ workerId }) => workerId)
  return asks
    .map(({ workerId, slots }) => ({ workerId, slots: slots - (got.get(workerId)?.length ?? 0) }))
    .filter(({ slots }) => slots > 0)
}
