import type { JobSort } from '@backlot/contract/schemas/jobs'
import { expect, test } from 'vitest'
import { belongs, jobOrder } from './job-filter.ts'
import { sampleJob } from './testing.ts'

const started = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString()
const now = Date.UTC(2026, 0, 1) + 60_000
const frames = (completed: number) => ({ frames: { total: 4, completed, failed: 0 } })

const jobs = [
  sampleJob(1, {
    name: 'beach',
    createdBy: 'Zoe',
    state: 'completed',
    startedAt: started(0),
    endedAt: started(50),
    ...frames(4),
  }),
  sampleJob(2, { name: 'Crowd', createdBy: 'ada', state: 'running', startedAt: started(50), ...frames(2) }),
  sampleJob(3, { name: 'alley', createdBy: 'Ben', state: 'queued', ...frames(0) }),
  sampleJob(4, { name: 'Desert', createdBy: 'ben', state: 'cancelled', ...frames(0) }),
]

// The same jobs in the same orders as tests/farm/list-jobs.int.test.ts has of the server.
test.each<[JobSort, string]>([
  ['created', 'beach Crowd alley Desert'],
  ['-created', 'Desert alley Crowd beach'],
  ['name', 'alley beach Crowd Desert'],
  ['-name', 'Desert Crowd beach alley'],
  ['owner', 'Crowd Desert alley beach'],
  ['-owner', 'beach Desert alley Crowd'],
  ['state', 'alley Crowd beach Desert'],
  ['-state', 'Desert beach Crowd alley'],
  ['frames', 'Desert alley Crowd beach'],
  ['-frames', 'beach Crowd Desert alley'],
  ['time', 'Crowd beach Desert alley'],
  ['-time', 'beach Crowd Desert alley'],
])('by %s', (sort, names) => {
  expect(
    jobs
      .toSorted(jobOrder(sort, now))
      .map(({ name }) => name)
      .join(' '),
  ).toBe(names)
})

test('a job belongs by its state and a part of its name, in capitals or not', () => {
  const job = sampleJob(1, { name: 'SEQ_Beach', state: 'running' })
  expect(belongs(job, {})).toBe(true)
  expect(belongs(job, { state: 'running', search: 'beach' })).toBe(true)
  expect(belongs(job, { state: 'queued', search: 'beach' })).toBe(false)
  expect(belongs(job, { search: 'forest' })).toBe(false)
})
