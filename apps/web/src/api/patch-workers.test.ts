import type { WorkerInfo } from '@backlot/contract/schemas/farm'
import { expect, it } from 'vitest'
import { putWorker } from './patch-workers.ts'

const worker = (workerId: string, more: Partial<WorkerInfo> = {}): WorkerInfo => ({
  workerId,
  name: workerId,
  state: 'online',
  version: '1',
  platform: 'linux',
  slots: 1,
  tags: [],
  blenders: [],
  probe: null,
  cpus: 1,
  memoryBytes: 1,
  lastSeenAt: null,
  holds: [],
  hours: null,
  hourlyRate: null,
  running: [],
  ...more,
})
const running = [{ jobId: 'j', jobName: 'scene', frame: 1, fraction: 0.5 }]

it('keeps what a worker does, which the hub does not tell, until it is gone', () => {
  const list = { items: [worker('a', { running }), worker('b')] }
  const changed = putWorker(list, worker('a', { tags: ['gpu'] }))
  expect(changed.items).toEqual([worker('a', { tags: ['gpu'], running }), worker('b')])
  expect(putWorker(changed, worker('a', { state: 'offline' })).items[0]?.running).toEqual([])
  expect(putWorker(changed, worker('c')).items).toHaveLength(3)
})
