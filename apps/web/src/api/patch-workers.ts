import type { WorkerInfo } from '@backlot/contract/schemas/farm'

export interface WorkerList {
  items: WorkerInfo[]
}

export function putWorker(list: WorkerList, worker: WorkerInfo): WorkerList {
  const index = list.items.findIndex((item) => item.workerId === worker.workerId)
  return { items: index < 0 ? [...list.items, worker] : list.items.with(index, worker) }
}
