import { attemptStates, jobStates, workerStates } from '@backlot/contract/states'
import { faultKinds } from './schedule.ts'
import type { Snapshot } from './snapshot.ts'

/** Of tasks: `blocked` and `cancelled` are never stored. */
const storedTaskStates = ['queued', 'leased', 'completed', 'failed'] as const
/** A job is never seen pending: it is registered when its files are there. */
const states = [
  ...jobStates.filter((state) => state !== 'pending').map((state) => `job ${state}`),
  ...storedTaskStates.map((state) => `task ${state}`),
  ...attemptStates.map((state) => `attempt ${state}`),
  ...workerStates.filter((state) => state !== 'draining').map((state) => `worker ${state}`),
]

/** Which faults met which states. */
export class Coverage {
  readonly #visits = new Map<string, number>()

  visit(fault: string, { jobs, tasks, attempts, workers }: Snapshot): void {
    const present = new Set([
      ...jobs.map(({ state }) => `job ${state}`),
      ...tasks.map(({ state }) => `task ${state}`),
      ...attempts.map(({ state }) => `attempt ${state}`),
      ...workers.map(({ state }) => `worker ${state}`),
    ])
    for (const state of present) {
      const key = `${fault} × ${state}`
      this.#visits.set(key, (this.#visits.get(key) ?? 0) + 1)
    }
  }

  report(): { pairs: number; visited: number; missing: string[]; visits: Record<string, number> } {
    const pairs = faultKinds.flatMap((fault) => states.map((state) => `${fault} × ${state}`))
    const missing = pairs.filter((pair) => !this.#visits.has(pair))
    return {
      pairs: pairs.length,
      visited: pairs.length - missing.length,
      missing,
      visits: Object.fromEntries([...this.#visits].toSorted()),
    }
  }
}
