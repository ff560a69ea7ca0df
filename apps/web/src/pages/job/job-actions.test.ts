import { expect, test } from 'vitest'
import { sampleJob } from '../../api/testing.ts'
import { actionsFor } from './use-job-actions.tsx'

const ids = (...[change]: [Parameters<typeof sampleJob>[1]]) => actionsFor(sampleJob(1, change)).map(({ id }) => id)

test('what goes on can be paused and cancelled', () => {
  expect(ids({ state: 'running' })).toEqual(['pause', 'cancel'])
  expect(ids({ state: 'queued' })).toEqual(['pause', 'cancel'])
  expect(ids({ state: 'paused' })).toEqual(['resume', 'cancel'])
  expect(ids({ state: 'pending' })).toEqual(['cancel'])
})

test('a job that lets go of its workers offers nothing', () => {
  expect(ids({ state: 'cancelling' })).toEqual([])
})

test('what has ended can be rendered again or deleted; missing frames only where some are missing', () => {
  const all = { total: 10, completed: 10, failed: 0 }
  expect(ids({ state: 'completed', frames: all })).toEqual(['again', 'delete'])
  expect(ids({ state: 'failed', frames: { ...all, completed: 8, failed: 2 } })).toEqual(['requeue', 'again', 'delete'])
  expect(ids({ state: 'cancelled', frames: { ...all, completed: 3 } })).toEqual(['requeue', 'again', 'delete'])
})
