import { doubtAfter, failureRules } from '@backlot/contract/failure-rules'
import { failureCauses, type HoldKind, type WorkerTest } from '@backlot/contract/schemas/farm'
import { isWithin } from '@backlot/contract/working-hours'
import type { FarmContext } from './context.ts'
import { endHolds, keepHours, matchAnew } from './manage-workers.ts'
import { findDoubtfulWorkers } from './queries/find-doubtful-workers.ts'
import { findScheduledWorkers } from './queries/find-scheduled-workers.ts'
import { holdWorker } from './queries/hold-worker.ts'
import { takeTests } from './queries/take-tests.ts'

/** A test render that failed, or of which nothing was heard, is tried again so much later. Milliseconds. */
const testAgainAfter = 600_000

const holdOf = { worker: 'failures', gpu: 'gpu' } as const satisfies Record<keyof typeof doubtAfter, HoldKind>

/**
 * A worker that several jobs keep off is probably broken itself: it gets no more work, or none that needs its GPU, and is
 * asked for a test render, which brings it back. Its own frames would be the test otherwise, at the price of retries.
 */
export async function doubtWorkers(context: FarmContext): Promise<void> {
  for (const what of ['worker', 'gpu'] as const) {
    const causes = failureCauses.filter((cause) => failureRules[cause].doubts === what)
    const { jobs, seconds } = doubtAfter[what]
    const kind = holdOf[what]
    await context.unit(async (unit) => {
      const since = new Date(unit.now.getTime() - seconds * 1000)
      const doubtful = await findDoubtfulWorkers(unit.tx, { kind, causes, losses: what === 'worker', jobs, since })
      for (const { workerId, jobs: failed, message } of doubtful) {
        const reason = `It failed ${failed} jobs. The last: ${message ?? 'it was lost while it held a task.'}`
        if (!(await holdWorker(unit.tx, { workerId, kind, reason }, unit.now))) continue
        if (kind === 'gpu') await matchAnew(unit.tx, workerId)
        unit.afterCommit(() => {
          context.log.warn({ workerId, kind, jobs: failed }, `a worker is held back: ${reason}`)
          context.workerTouched(workerId)
        })
      }
    })
  }
}

/** Asks those who are held back for their failures for a test render. */
export async function askForTests(context: FarmContext): Promise<void> {
  const due = await context.unit(({ tx, now }) => takeTests(tx, now, new Date(now.getTime() + testAgainAfter)))
  for (const workerId of due) context.publish({ workerId }, 'agentTest', { workerId }, {})
}

/** How a test render went. One on the CPU says nothing of the GPU. */
export async function heardOfTest(
  context: FarmContext,
  workerId: string,
  { ok, device, message }: WorkerTest,
): Promise<void> {
  context.log[ok ? 'info' : 'warn']({ workerId, ok, device }, `test render: ${message}`)
  if (!ok) return
  const passed: HoldKind[] = device === 'CPU' ? ['failures'] : ['failures', 'gpu']
  await context.unit((unit) => endHolds(context, unit, workerId, passed))
}

/** Holds workers back outside of their hours. */
export async function keepAllHours(context: FarmContext): Promise<void> {
  await context.unit(async (unit) => {
    for (const { workerId, hours, isHeld } of await findScheduledWorkers(unit.tx)) {
      if (isHeld === isWithin(hours, unit.now)) await keepHours(context, unit, workerId, hours)
    }
  })
}
