import { CodedError } from '@backlot/base/errors'
import type { ErrorCode } from '@backlot/contract/errors'
import type { AttemptHolder, Handlers } from '@backlot/contract/handler'
import type { farmRoutes } from '@backlot/contract/routes/farm'
import type { Lease } from '@backlot/contract/schemas/farm'
import { inUnit } from '@backlot/db/unit'
import { Batcher } from './batcher.ts'
import type { FarmContext } from './context.ts'
import { findLiveAttempts } from './find-live-attempts.ts'
import { type BlobQuestion, findMissingBlobs } from './find-missing-blobs.ts'
import { staleAttempt } from './held.ts'
import { type LeaseAsk, leaseTasks } from './lease-tasks.ts'
import { appendLogs } from './logs.ts'
import type { NewLogLine } from './queries/append-log-lines.ts'
import type { LiveAttempt } from './queries/find-attempts.ts'
import { renewLeases, type Renewal } from './renew-leases.ts'
import { type FrameReport, reportFrames, reportOutput } from './report-frames.ts'
import type { Outcome } from './settle-task.ts'
import { finishAttempts, type Settlement } from './settle-attempts.ts'
import { dismissWorker, enrolWorker, greetWorker, listWorkers } from './workers.ts'

/** The calls that come from every worker all the time: coalesced, one transaction for those of a few milliseconds. */
export function createBatchers(context: FarmContext) {
  return {
    lease: new Batcher<LeaseAsk, Lease[]>({ isShared, run: (asks) => leaseTasks(context, asks) }),
    renew: new Batcher<Renewal, string[]>({ isShared, run: (renewals) => renewLeases(context, renewals) }),
    frame: new Batcher<FrameReport, undefined>({ isShared, run: (reports) => reportFrames(context, reports) }),
    finish: new Batcher<Settlement, undefined>({ isShared, run: (settled) => finishAttempts(context, settled) }),
    // Every call in the name of an attempt asks this first.
    attempt: new Batcher<{ attemptId: string; fence: number }, LiveAttempt | undefined>({
      isShared,
      run: (asked) => findLiveAttempts(context, asked),
      window: 1,
    }),
    // So does every frame. One transaction each was a fifth of the database's CPU time in a cycle of lease, renew, frame
    // and finish.
    missing: new Batcher<BlobQuestion, string[]>({
      isShared,
      run: (questions) => findMissingBlobs(context, questions),
      window: 1,
    }),
    // Nobody waits for a log line: more of them share a transaction.
    logs: new Batcher<NewLogLine[], undefined>({
      isShared,
      run: (batches) => appendLogs(context, batches),
      window: 10,
    }),
  }
}

/** A database that is away would let each of 500 calls wait for a connection of its own. */
function isShared(error: unknown): boolean {
  return (error as { code?: unknown }).code === 'database.unreachable'
}
export type Batchers = ReturnType<typeof createBatchers>

export function createFarmHandlers(context: FarmContext, batchers: Batchers): Handlers<typeof farmRoutes> {
  return {
    enrolWorker: ({ body }) => enrolWorker(context, body),

    async workerToken({ body }) {
      const { workerId } = await context.identity.verifyCredential(body.credential)
      return context.identity.issueAccessToken(workerId)
    },

    workerHello: ({ body }, { caller }) => greetWorker(context, caller.workerId, body),

    async lease({ body }, { caller }) {
      return { leases: await batchers.lease.add({ workerId: caller.workerId, slots: body.slots }) }
    },

    async renew({ body }, { caller }) {
      return { drop: await batchers.renew.add({ workerId: caller.workerId, ...body }) }
    },

    async frameDone({ body }, { caller }) {
      mustHold(caller, body)
      await mustBeStored(batchers, caller, [body.sha256, ...(body.thumbnail === null ? [] : [body.thumbnail])])
      await batchers.frame.add({ ...body, workerId: caller.workerId })
    },

    async outputDone({ body }, { caller }) {
      mustHold(caller, body)
      await mustBeStored(batchers, caller, [body.sha256])
      await context.unit((unit) => reportOutput(context, unit, { ...body, workerId: caller.workerId }))
    },

    async finish({ body }, { caller }) {
      const { attemptId, fence, result, slots } = body
      await batchers.finish.add({ attemptId, fence, workerId: caller.workerId, outcome: outcomeOf(result) })
      return { leases: slots === 0 ? [] : await batchers.lease.add({ workerId: caller.workerId, slots }) }
    },

    async attemptLogs({ body }, { caller }) {
      mustHold(caller, body)
      const { attemptId, lines } = body
      await batchers.logs.add(lines.map((line) => ({ ...line, attemptId })))
    },

    goOffline: (_input, { caller }) => dismissWorker(context, caller.workerId),

    async listWorkers(_input, { caller }) {
      const begin = <R>(work: Parameters<typeof context.database.inTenant<R>>[1]) =>
        context.database.inTenant(caller.tenantId, work)
      return { items: await inUnit(begin, context.clock(), ({ tx }) => listWorkers(tx, caller)) }
    },
  }
}

function outcomeOf(result: { state: 'completed' | 'released' } | (Outcome & { state: 'failed' })): Outcome {
  if (result.state !== 'failed') return { state: result.state }
  const { state, cause, code, message } = result
  return { state, cause, code, message }
}

/** The request's header names the attempt that the caller was let in with: the body may name no other. */
function mustHold(caller: AttemptHolder, body: { attemptId: string; fence: number }): void {
  if (caller.attemptId !== body.attemptId || caller.fence !== body.fence) throw staleAttempt(body)
}

async function mustBeStored(batchers: Batchers, { tenantId }: AttemptHolder, hashes: string[]): Promise<void> {
  const missing = await batchers.missing.add({ tenantId, hashes })
  if (missing.length === 0) return
  throw new CodedError<ErrorCode>('blob.not_found', 'The file is not in storage yet.', { details: { missing } })
}
