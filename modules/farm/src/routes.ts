import { CodedError } from '@backlot/base/errors'
import type { ErrorCode } from '@backlot/contract/errors'
import type { AttemptHolder, Handlers } from '@backlot/contract/handler'
import type { farmRoutes } from '@backlot/contract/routes/farm'
import type { FinishedFrame } from '@backlot/contract/schemas/farm'
import { inUnit, type Unit } from '@backlot/db/unit'
import { answerCalls, type FarmAnswer, type FarmCall } from './answer-calls.ts'
import { Batcher } from './batcher.ts'
import type { FarmContext } from './context.ts'
import { findLiveAttempts } from './find-live-attempts.ts'
import { type BlobQuestion, findMissingBlobs } from './find-missing-blobs.ts'
import { staleAttempt } from './held.ts'
import { changeLimit, describeLimits, newLimit, removeLimit } from './limits-of-tenant.ts'
import { heardOfTest } from './doubt-workers.ts'
import { appendLogs } from './logs.ts'
import { changeWorker, pauseWorker, removeWorker, resumeWorker } from './manage-workers.ts'
import type { NewLogLine } from './queries/append-log-lines.ts'
import type { LiveAttempt } from './queries/find-attempts.ts'
import { forecastQueue } from './queue-forecast.ts'
import type { Outcome } from './settle-task.ts'
import { dismissWorker, enrolWorker, greetWorker, listWorkers, rotateCredential } from './workers.ts'

/** The calls that come from every worker all the time: coalesced, one transaction for those of a few milliseconds. */
export function createBatchers(context: FarmContext) {
  const patient = createPatientQueue(context)
  return {
    calls: createCallQueue(context, patient),
    patient,
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

type CallQueue = Batcher<FarmCall, FarmAnswer>

/** Waits for jobs that somebody else holds. */
function createPatientQueue(context: FarmContext): CallQueue {
  return new Batcher({
    isShared,
    run: async (calls) => {
      const results = await answerCalls(context, calls, { wait: true })
      return results.map((result) => (result instanceof Error ? result : result.answer))
    },
  })
}

/** One queue for all that workers call for. What is held up by somebody else's lock of a job goes into the patient one. */
function createCallQueue(context: FarmContext, patient: CallQueue): CallQueue {
  const finish = async ({ leases, drop }: FarmAnswer, later: FarmCall): Promise<FarmAnswer> => {
    try {
      const rest = await patient.add(later)
      return { leases: [...leases, ...rest.leases], drop: [...drop, ...rest.drop] }
    } catch (error) {
      // The report of a call that only waits for a lease was accepted: a failure now must not take that back.
      if (later.report !== undefined) throw error
      context.log.warn({ err: error }, 'farm: a lease that was waited for failed')
      return { leases, drop }
    }
  }
  return new Batcher({
    isShared,
    run: async (calls) => {
      const results = await answerCalls(context, calls, { wait: false })
      return results.map((result) => {
        if (result instanceof Error) return result
        return result.later === undefined ? result.answer : finish(result.answer, result.later)
      })
    },
  })
}

/** A database that is away would let each of 500 calls wait for a connection of its own. */
function isShared(error: unknown): boolean {
  return (error as { code?: unknown }).code === 'database.unreachable'
}
export type Batchers = ReturnType<typeof createBatchers>

export function createFarmHandlers(context: FarmContext, batchers: Batchers): Handlers<typeof farmRoutes> {
  const inTenant = <T>(tenantId: string, work: (unit: Unit) => Promise<T>): Promise<T> =>
    inUnit((inside) => context.database.inTenant(tenantId, inside), context.clock(), work)
  return {
    enrolWorker: ({ body }) => enrolWorker(context, body),

    async workerToken({ body }) {
      const { workerId } = await context.identity.verifyCredential(body.credential)
      return context.identity.issueAccessToken(workerId)
    },

    workerHello: ({ body }, { caller }) => greetWorker(context, caller.workerId, body),

    async lease({ body }, { caller }) {
      const { leases } = await batchers.calls.add({ workerId: caller.workerId, slots: body.slots })
      return { leases }
    },

    async renew({ body }, { caller }) {
      const { drop } = await batchers.calls.add({ workerId: caller.workerId, renewal: body, slots: 0 })
      return { drop }
    },

    async frameDone({ body }, { caller }) {
      mustHold(caller, body)
      await mustBeStored(batchers, caller, filesOf([body]))
      const { attemptId, fence, ...frame } = body
      await batchers.calls.add({ workerId: caller.workerId, report: { attemptId, fence, frames: [frame] }, slots: 0 })
    },

    async outputDone({ body }, { caller }) {
      mustHold(caller, body)
      await mustBeStored(batchers, caller, [body.sha256])
      const { attemptId, fence, ...output } = body
      const report = { attemptId, fence, frames: [], output }
      await batchers.calls.add({ workerId: caller.workerId, report, slots: 0 })
    },

    async finish({ body }, { caller }) {
      const { workerId } = caller
      const { attemptId, fence, result, frames, slots } = body
      if (frames.length > 0) {
        const live = await batchers.attempt.add({ attemptId, fence })
        // One that has ended may be reported again: its answer was lost, and its frames were counted then.
        if (live?.workerId === workerId) await mustBeStored(batchers, live, filesOf(frames))
      }
      const report = { attemptId, fence, frames, outcome: outcomeOf(result) }
      const { leases } = await batchers.calls.add({ workerId, report, slots })
      return { leases }
    },

    async attemptLogs({ body }, { caller }) {
      mustHold(caller, body)
      const { attemptId, lines } = body
      await batchers.logs.add(lines.map((line) => ({ ...line, attemptId })))
    },

    async listLimits(_input, { caller }) {
      return { items: await inTenant(caller.tenantId, (unit) => describeLimits(unit, caller.tenantId)) }
    },

    setLimit: ({ body }, { caller }) =>
      inTenant(caller.tenantId, (unit) => changeLimit(context, unit, newLimit(caller.tenantId, body))),

    removeLimit: ({ params }, { caller }) =>
      inTenant(caller.tenantId, (unit) => removeLimit(context, unit, { tenantId: caller.tenantId, ...params })),

    setTenantLimit: ({ params: { tenantId }, body }) =>
      inTenant(tenantId, (unit) =>
        changeLimit(context, unit, { tenantId, kind: 'tenant', name: '', least: 0, ...body }),
      ),

    pauseWorker: ({ params, body }, { caller }) => pauseWorker(context, { ...params, ...body, by: caller }),

    resumeWorker: ({ params }, { caller }) => resumeWorker(context, { ...params, by: caller }),

    changeWorker: ({ params, body }, { caller }) => changeWorker(context, { ...params, ...body, by: caller }),

    removeWorker: ({ params }, { caller }) => removeWorker(context, { ...params, by: caller }),

    workerTested: ({ body }, { caller }) => heardOfTest(context, caller.workerId, body),

    rotateCredential: (_input, { caller }) => rotateCredential(context, caller.workerId),

    goOffline: (_input, { caller }) => dismissWorker(context, caller.workerId),

    showQueue: (_input, { caller }) => inTenant(caller.tenantId, ({ tx }) => forecastQueue(tx)),

    async listWorkers(_input, { caller }) {
      return { items: await inTenant(caller.tenantId, ({ tx }) => listWorkers(tx, caller)) }
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

function filesOf(frames: readonly Pick<FinishedFrame, 'sha256' | 'thumbnail'>[]): string[] {
  return frames.flatMap(({ sha256, thumbnail }) => (thumbnail === null ? [sha256] : [sha256, thumbnail]))
}

async function mustBeStored(
  batchers: Batchers,
  { tenantId }: { tenantId: string },
  hashes: readonly string[],
): Promise<void> {
  const missing = await batchers.missing.add({ tenantId, hashes })
  if (missing.length === 0) return
  throw new CodedError<ErrorCode>('blob.not_found', 'The file is not in storage yet.', { details: { missing } })
}
