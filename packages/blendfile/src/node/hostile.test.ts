import { expect, test } from 'vitest'
import { damagedFile, runCase, writtenSeeds } from './testing/hostile-case.ts'

const seeds = writtenSeeds()
const cases = 2000

test('a seed decides what is damaged', async () => {
  for (const number of [0, 1, 77]) {
    const [one, other] = [await damagedFile(seeds, number), await damagedFile(writtenSeeds(), number)]
    expect(Buffer.compare(one.bytes, other.bytes)).toBe(0)
  }
})

// `backlot bench hostile` runs 100,000, with limits of time and memory, and files of real Blenders.
test(`${cases} damaged files are read or refused, never worse`, { timeout: 120_000 }, async () => {
  const outcomes = new Map<string, number>()
  for (let number = 0; number < cases; number++) {
    const { inspected, traced, asLibrary } = await runCase(seeds, number).catch((cause: unknown) => {
      throw new Error(`damaged file ${number}`, { cause })
    })
    expect(asLibrary).toBe('read')
    for (const outcome of [inspected, traced]) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
  }
  // All of them were reached, so the damage is neither too little nor too much.
  for (const code of ['read', 'blend.corrupt', 'blend.truncated', 'blend.not_a_blend']) {
    expect(outcomes.get(code)).toBeGreaterThan(cases / 50)
  }
})
