import type { WorkerInfo } from '@backlot/contract/schemas/farm'
import { expect, test } from 'vitest'
import { sortWorkers, type WorkerSort } from './sort-workers.ts'

const worker = (name: string, change: Partial<WorkerInfo>): WorkerInfo => ({
  workerId: '00000000-0000-4000-8000-000000000001',
  name,
  state: 'online',
  version: '0.1.0',
  platform: 'linux',
  slots: 1,
  tags: [],
  blenders: [],
  probe: null,
  cpus: 8,
  memoryBytes: 0,
  lastSeenAt: null,
  holds: [],
  hours: null,
  hourlyRate: null,
  running: [],
  ...change,
})
const task = { jobId: '00000000-0000-4000-8000-000000000002', jobName: 'shot', frame: 1, fraction: 0 }
const workers = [
  worker('node-10', { state: 'offline', lastSeenAt: '2026-01-01T00:00:00.000Z' }),
  worker('node-2', { running: [task], lastSeenAt: '2026-01-02T00:00:00.000Z' }),
  worker('node-1', { lastSeenAt: '2026-01-03T00:00:00.000Z' }),
]

test.each<[WorkerSort, string[]]>([
  ['name', ['node-1', 'node-2', 'node-10']],
  ['-name', ['node-10', 'node-2', 'node-1']],
  ['state', ['node-1', 'node-2', 'node-10']],
  ['running', ['node-2', 'node-1', 'node-10']],
  ['-lastSeen', ['node-10', 'node-2', 'node-1']],
])('by %s', (sort, names) => {
  expect(sortWorkers(workers, sort).map(({ name }) => name)).toEqual(names)
})
