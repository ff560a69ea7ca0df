import { describe, expect, it } from 'vitest'
import { type Progress, ProgressMeter } from './progress.ts'

describe('ProgressMeter', () => {
  it('tells the rate of the last seconds and the time left, at most ten times a second', () => {
    let now = 0
    const told: Progress[] = []
    const meter = new ProgressMeter(
      'send',
      { files: 2, bytes: 10_000 },
      (progress) => told.push(progress),
      () => now,
    )
    for (let second = 1; second <= 4; second++) {
      now = second * 1000
      meter.add(1000)
      meter.add(0)
    }
    expect(told).toHaveLength(4)
    expect(told.at(-1)).toMatchObject({ bytes: 4000, bytesPerSecond: 1000, secondsLeft: 6 })
    for (let second = 5; second <= 20; second++) {
      now = second * 1000
      meter.add(100)
    }
    expect(told.at(-1)?.bytesPerSecond).toBeCloseTo(100, 0)
    meter.add(-5600, 2)
    meter.end()
    expect(told.at(-1)).toMatchObject({ files: 2, bytes: 0, bytesPerSecond: null, secondsLeft: null })
  })
})
