import type { Person } from '@backlot/contract/handler'
import { frameOrders } from '@backlot/contract/frame-order'
import { failureCauses, type Lease } from '@backlot/contract/schemas/farm'
import { Job } from '../farm/job.ts'
import type { Tenant } from '../farm/tenant.ts'
import type { Operation, SimulatedWorker } from './actors.ts'
import { pick } from './random.ts'
import type { Act } from './schedule.ts'
import { turnsAreFair } from './fairness.ts'
import { changeLimit, hasRoom } from './limits.ts'
import type { Snapshot } from './snapshot.ts'
import { askWhy } from './reasons.ts'

/** Who can do something at this moment. */
export interface Stage {
  tenant: Tenant
  people: readonly Person[]
  workers: readonly SimulatedWorker[]
  /** As it is before anything is done. */
  before: Snapshot
  /** In the order in which they were submitted. */
  jobs: readonly string[]
  mostJobs: number
}

/** What an act means here and now; undefined: there is nobody or nothing to do it. */
export function operationFor(stage: Stage, what: Act, dice: readonly number[]): Operation | undefined {
  if (what === 'submit') return stage.jobs.length < stage.mostJobs ? submit(stage, dice) : undefined
  if (what === 'ask_why') return askWhy(stage)
  if (what === 'limit') return changeLimit(stage, dice)
  return workerOperation(stage, what, dice) ?? personOperation(stage, what, dice)
}

function workerOperation({ workers }: Stage, what: Act, dice: readonly number[]): Operation | undefined {
  const [which = 0, lease = 0, third = 0] = dice
  const up = workers.filter(({ isDown }) => !isDown)
  if (what === 'lease_together') return leaseTogether(up)
  const worker = pick(up, which)
  if (worker === undefined) return undefined
  if (what === 'lease') return askForWork(worker, 1 + Math.floor(third * 2))
  if (what === 'renew') return renew(worker)
  if (what === 'offline') return goOffline(worker)
  const holding = up.filter(({ worker }) => worker.held.size > 0)
  const holder = pick(holding, which)
  const held = holder && pick([...holder.worker.held.values()], lease)
  if (holder === undefined || held === undefined) return undefined
  const isStuck = holder.isSlow || holder.hung.has(held.attemptId)
  if (what === 'frame') return isStuck ? renew(holder) : deliverFrame(holder, held, third)
  if (what === 'complete') return isStuck ? renew(holder) : complete(holder, held, Math.floor(third * 2))
  if (what === 'fail') {
    return fail(holder, held, holder.hung.has(held.attemptId) ? 'stalled' : (pick(failureCauses, third) ?? 'crash'))
  }
  if (what === 'release') return release(holder, held)
  if (what === 'log') return writeLog(holder, held)
  return undefined
}

function personOperation({ jobs, tenant }: Stage, what: Act, dice: readonly number[]): Operation | undefined {
  const [which = 0, frame = 0] = dice
  const jobId = pick(jobs, which)
  if (jobId === undefined) return undefined
  const order = (work: (job: Job) => Promise<unknown>, forgets?: string): Operation => ({
    label: `${what} job ${jobs.indexOf(jobId) + 1}`,
    send: async ({ server }) => void (await work(new Job(server, tenant.person('tenant_admin'), jobId))),
    ...(forgets !== undefined && { forgets }),
  })
  if (what === 'pause') return order((job) => job.pause())
  if (what === 'resume') return order((job) => job.resume())
  if (what === 'approve') return order((job) => job.approve())
  if (what === 'cancel') return order((job) => job.cancel())
  if (what === 'requeue') return order((job) => job.requeue())
  if (what === 'requeue_all') return order((job) => job.requeue({ all: true }), jobId)
  if (what === 'requeue_frame') return order((job) => job.requeue({ frames: [1 + Math.floor(frame * 2)] }), jobId)
  if (what === 'remove') return order((job) => job.remove(), jobId)
  if (what === 'finish') return order((job) => job.finish())
  if (what === 'continue') return order((job) => continueStill(job, 16 * (2 + Math.floor(frame * 12))), jobId)
  if (what === 'change') {
    const change =
      frame < 0.5
        ? { priority: Math.floor(frame * 200) }
        : { maxRunning: frame < 0.6 ? null : 1 + Math.floor(frame * 3) }
    return order((job) => job.change(change))
  }
  return undefined
}

/** Fewer samples than it has are refused: a person who asks for these changes nothing. */
async function continueStill(job: Job, samples: number): Promise<void> {
  try {
    await job.continue(samples)
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'request.invalid') throw error
  }
}

function submit({ people }: Stage, dice: readonly number[]): Operation {
  const [frames = 0, chunk = 0, order = 0, rest = 0, steps = 0] = dice
  const maxRetries = Math.floor(rest * 3)
  return {
    label: 'submit a job',
    send: async ({ server }) => {
      const isStill = (frames * 10) % 1 < 0.15
      await Job.submit(server, pick(people, (chunk * 10) % 1) as Person, {
        frames: isStill ? '1' : `1-${2 + Math.floor(frames * 8)}`,
        ...(isStill ? { split: { samples: 16 * (2 + Math.floor(frames * 6)), range: 16 } } : {}),
        chunk: undefined,
        ...(chunk < 0.7 ? { chunk: 1 + Math.floor(chunk * 6) } : { taskSeconds: 2 + Math.floor(chunk * 8) }),
        order: pick(frameOrders, order) ?? 'linear',
        waitForApproval: (order * 10) % 1 < 0.2,
        priority: rest < 0.7 ? 50 : Math.floor(rest * 100),
        maxRetries,
        ...((rest * 100) % 1 < 0.3 ? { maxFailures: Math.floor(frames * 2) } : {}),
        contactSheet: steps < 0.5,
        ...((steps * 100) % 1 < 0.3 ? { maxRunning: 1 + Math.floor(chunk * 2) } : {}),
        ...((steps * 1000) % 1 < 0.3 ? { pool: 'heavy' } : {}),
        licences: (rest * 1000) % 1 < 0.2 ? ['nuke'] : [],
        ...((steps * 10) % 1 < 0.4 ? { videoFps: 24 } : {}),
      })
    },
  }
}

/** What the farm must have written down for leases that it gave out. */
function mustBeLive(workerId: string, leases: readonly Lease[], after: Snapshot): string[] {
  const attempts = new Map(after.attempts.map((attempt) => [attempt.id, attempt]))
  return leases
    .filter(({ attemptId, fence }) => {
      const attempt = attempts.get(attemptId)
      return attempt?.state !== 'running' || attempt.worker !== workerId || attempt.fence !== fence
    })
    .map(({ attemptId }) => `a lease was answered that is not live: ${attemptId}`)
}

function askForWork({ number, worker }: SimulatedWorker, slots: number): Operation {
  let leases: Lease[] = []
  return {
    label: `worker ${number} asks for ${slots}`,
    isMessage: true,
    send: async ({ server }) => {
      worker.server = server
      leases = await worker.lease(slots)
    },
    forgetAnswer: () => leases.forEach(({ attemptId }) => worker.held.delete(attemptId)),
    check: (after, before) => [
      ...mustBeLive(worker.workerId, leases, after),
      ...turnsAreFair(before, worker.workerId, leases),
      ...(leases.length === 0 ? mustBeIdle(worker.workerId, after) : []),
    ],
  }
}

/** Every job here can be rendered by every worker: who got nothing may find nothing that the limits let run. */
function mustBeIdle(workerId: string, after: Snapshot): string[] {
  const { steps, strikes, workers } = after
  if (!workers.some(({ id, state }) => id === workerId && state === 'online')) return []
  const barred = strikes.filter(({ worker, kept_off_at }) => worker === workerId && kept_off_at !== null)
  const open = steps.filter(
    (step) => step.leasable && !barred.some((strike) => strike.step === step.id) && hasRoom(after, step),
  )
  return open.map(({ kind }) => `a worker that asked got nothing although ${kind} has work for it`)
}

function leaseTogether(workers: readonly SimulatedWorker[]): Operation {
  let leases: (readonly [SimulatedWorker, Lease[]])[] = []
  return {
    label: 'all workers ask at once',
    send: async ({ server }) => {
      leases = await Promise.all(
        workers
          .filter(({ isCutOff }) => !isCutOff)
          .map(async (one) => {
            one.worker.server = server
            return [one, await one.worker.lease(1)] as const
          }),
      )
    },
    check: (after) => leases.flatMap(([{ worker }, own]) => mustBeLive(worker.workerId, own, after)),
  }
}

function renew({ number, worker }: SimulatedWorker): Operation {
  const held = [...worker.held.values()]
  let kept: string[] = []
  return {
    label: `worker ${number} renews ${held.length}`,
    isMessage: true,
    send: async ({ server }) => {
      worker.server = server
      const drop = await worker.renew(held)
      kept = held.map(({ attemptId }) => attemptId).filter((id) => !drop.includes(id))
    },
    check: ({ attempts, steps }) => {
      const cancelled = new Set(steps.flatMap((step) => (step.cancelled && !step.given_up ? [step.id] : [])))
      return attempts
        .filter(({ id, state, step }) => kept.includes(id) && (state !== 'running' || cancelled.has(step)))
        .map(({ id }) => `attempt ${id} was renewed although it has to be dropped`)
    },
  }
}

function goOffline({ number, worker }: SimulatedWorker): Operation {
  return {
    label: `worker ${number} says goodbye`,
    isMessage: true,
    send: async ({ server }) => {
      worker.server = server
      await worker.offline()
    },
  }
}

function deliverFrame({ number, worker }: SimulatedWorker, lease: Lease, dice: number): Operation | undefined {
  const frame = pick(lease.frames, dice)
  if (frame === undefined) return undefined
  return {
    label: `worker ${number} delivers frame ${frame}`,
    isMessage: true,
    isRepeated: true,
    delivers: { lease, frames: [frame] },
    send: async ({ server }) => {
      worker.server = server
      await worker.frame(lease, frame)
    },
  }
}

export function complete({ number, worker }: SimulatedWorker, lease: Lease, slots: number): Operation {
  return {
    label: `worker ${number} completes ${lease.step} ${lease.frames.join(',')}`,
    isMessage: true,
    isRepeated: true,
    delivers: { lease, frames: lease.frames },
    send: async ({ server }) => {
      worker.server = server
      await worker.complete(lease, slots)
    },
  }
}

export function fail(
  { number, worker }: SimulatedWorker,
  lease: Lease,
  cause: (typeof failureCauses)[number],
): Operation {
  return {
    label: `worker ${number} fails ${lease.step} ${lease.frames.join(',')}: ${cause}`,
    isMessage: true,
    isRepeated: true,
    send: async ({ server }) => {
      worker.server = server
      await worker.fail(lease, cause)
    },
  }
}

function release({ number, worker }: SimulatedWorker, lease: Lease): Operation {
  return {
    label: `worker ${number} gives ${lease.step} ${lease.frames.join(',')} back`,
    isMessage: true,
    isRepeated: true,
    send: async ({ server }) => {
      worker.server = server
      await worker.finish(lease, { state: 'released' })
    },
  }
}

function writeLog({ number, worker }: SimulatedWorker, lease: Lease): Operation {
  return {
    label: `worker ${number} sends its log`,
    isMessage: true,
    send: async ({ server }) => {
      worker.server = server
      await worker.log(lease, 'Fra:1')
    },
  }
}
