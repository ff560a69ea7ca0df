import { expect, it } from 'vitest'
import { runChaos } from './src/chaos/chaos.ts'

it(
  'two minutes of chaos: every frame once, as in a calm run, and nothing is left running',
  { timeout: 600_000 },
  async () => {
    const report = await runChaos({ seed: 5, minutes: 2 })
    expect(report.problems).toEqual([])
    expect(report.jobs).toBeGreaterThan(0)
    expect(Object.keys(report.mishaps).length).toBeGreaterThan(4)
  },
)
