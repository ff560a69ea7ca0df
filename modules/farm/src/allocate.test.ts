import { describe, expect, it } from 'vitest'
import { allocate } from './allocate.ts'

const step = (stepId: string, available: number) => ({ stepId, jobId: `job of ${stepId}`, available })

describe('allocate', () => {
  it('gives each worker the best that is left', () => {
    const steps = [step('urgent', 2), step('later', 9)]
    const grants = allocate([
      { workerId: 'a', slots: 1, steps },
      { workerId: 'b', slots: 3, steps },
    ])
    expect(grants.map(({ workerId, stepId }) => `${workerId} ${stepId}`)).toEqual([
      'a urgent',
      'b urgent',
      'b later',
      'b later',
    ])
  })

  it('leaves a worker without what it can do empty-handed', () => {
    expect(allocate([{ workerId: 'a', slots: 4, steps: [] }])).toEqual([])
  })
})
