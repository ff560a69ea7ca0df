import type { Lease } from '@backlot/contract/schemas/farm'
import type { WhyNotRunning } from '@backlot/contract/schemas/jobs'
import { Job } from '../farm/job.ts'
import type { Operation } from './actors.ts'
import type { Stage } from './operations.ts'
import type { Snapshot } from './snapshot.ts'

/** It concerns some workers: of all who could do it, or of a few of them. */
const partial = 'worker_kept_off'

/**
 * Asks of every job why it is not running, then lets all workers ask for all their free slots at once. What was given a
 * reason must not be leased by that, and what was given none must be. Where a worker that is believed to be there is not,
 * nothing can be said of whose turn it was.
 */
export function askWhy({ tenant, workers, before, jobs }: Stage): Operation {
  const free = (id: string) => {
    const slots = before.workers.find((worker) => worker.id === id && worker.state === 'online')?.slots ?? 0
    return slots - before.attempts.filter(({ worker, state }) => worker === id && state === 'running').length
  }
  const believed = workers.filter(({ worker }) => free(worker.workerId) > 0)
  const asking = believed
    .filter(({ isDown, isCutOff }) => !isDown && !isCutOff)
    .toSorted((one, other) => (one.worker.workerId < other.worker.workerId ? -1 : 1))
  const told = new Map<string, WhyNotRunning['reasons']>()
  const leases: Lease[] = []
  return {
    label: 'everybody asks why, and for work',
    send: async ({ server }) => {
      told.clear()
      leases.length = 0
      for (const jobId of jobs) {
        const { reasons } = await new Job(server, tenant.person('tenant_admin'), jobId).why()
        // What is about to begin has no reason not to.
        told.set(
          jobId,
          reasons.filter(({ code }) => code !== 'starting'),
        )
      }
      // Together, as one batch: whose turn it is among equals depends on who was served before.
      const answers = await Promise.all(
        asking.map(({ worker }) => {
          worker.server = server
          return worker.lease(free(worker.workerId))
        }),
      )
      leases.push(...answers.flat())
    },
    check: () => reasonsWereRight(told, leases, { before, allAsk: asking.length === believed.length }),
  }
}

function reasonsWereRight(
  told: ReadonlyMap<string, WhyNotRunning['reasons']>,
  leases: readonly Lease[],
  { before, allAsk }: { before: Snapshot; allAsk: boolean },
): string[] {
  return [...told].flatMap(([jobId, reasons]) => {
    const own = before.steps.filter(({ job }) => job === jobId)
    if (own.some(({ running }) => running > 0)) return []
    // Whose turn it is depends on who asks.
    const [reason] = reasons.filter(({ code }) => code !== partial && (allAsk || code !== 'others_come_first'))
    const isLeased = leases.some((lease) => lease.jobId === jobId)
    if (reason !== undefined) return isLeased ? [`a job was leased although ${reason.code}: ${reason.message}`] : []
    return isLeased || !allAsk || reasons.length > 0 ? [] : ['a job was not leased, and there is no reason']
  })
}
