import type { WorkerInfo } from '@backlot/contract/schemas/farm'
import { workerStates } from '@backlot/contract/states'
import type { WorkerColumn } from '../../search-params.ts'

export type WorkerSort = WorkerColumn | `-${WorkerColumn}`

const keys: Record<WorkerColumn, (worker: WorkerInfo) => string | number> = {
  name: ({ name }) => name,
  state: ({ state }) => workerStates.indexOf(state),
  running: ({ running }) => -running.length,
  lastSeen: ({ lastSeenAt }) => -(lastSeenAt === null ? 0 : Date.parse(lastSeenAt)),
}

/** By a column, the most telling first: online before offline, busy before idle, seen lately before long ago. */
export function sortWorkers(workers: readonly WorkerInfo[], sort: WorkerSort): WorkerInfo[] {
  const isReversed = sort.startsWith('-')
  const key = keys[sort.replace('-', '') as WorkerColumn]
  const byName = (a: WorkerInfo, b: WorkerInfo) => a.name.localeCompare(b.name, 'en', { numeric: true })
  return workers.toSorted((a, b) => {
    const [left, right] = [key(a), key(b)]
    const order = typeof left === 'number' && typeof right === 'number' ? left - right : byName(a, b)
    return (isReversed ? -order : order) || byName(a, b)
  })
}
