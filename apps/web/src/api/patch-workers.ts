import type { WorkerInfo } from '@backlot/contract/schemas/farm'

export interface WorkerList {
  items: WorkerInfo[]
}

/** The hub tells of a worker without what it does: that stays as it was until the list is loaded again. */
export function putWorker(list: WorkerList, worker: WorkerInfo): WorkerList {
  const index = list.items.findIndex((item) => item.workerId === worker.workerId)
  const known = list.items[index]
  if (known === undefined) return { items: [...list.items, worker] }
  return { items: list.items.with(index, { ...worker, running: worker.state === 'offline' ? [] : known.running }) }
}
