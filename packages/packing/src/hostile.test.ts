import { damagedFile, writtenSeeds } from '@backlot/blendfile/node/testing/hostile-case'
import { expect, test } from 'vitest'
import { packDamaged } from './testing/hostile-pack.ts'

const cases = 500

// `backlot bench hostile` packs 100,000, with limits of time and memory.
test(`${cases} damaged files are packed or refused, never worse`, { timeout: 120_000 }, async () => {
  const seeds = writtenSeeds()
  const outcomes = new Map<string, number>()
  for (let number = 0; number < cases; number++) {
    const { bytes } = await damagedFile(seeds, number)
    const outcome = await packDamaged(bytes).catch((cause: unknown) => {
      throw new Error(`damaged file ${number}`, { cause })
    })
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
  }
  for (const code of ['read', 'blend.corrupt', 'blend.truncated']) {
    expect(outcomes.get(code)).toBeGreaterThan(cases / 50)
  }
})
