import { expect, test } from 'vitest'
import { rewritingBombs } from './testing/rewriting-bombs.ts'
import { damagedFile, rewriteDamaged, waysToRead, writtenSeeds } from './testing/hostile-case.ts'

const seeds = writtenSeeds()
const cases = 2000

test('a seed decides what is damaged', async () => {
  for (const number of [0, 1, 77]) {
    const [one, other] = [await damagedFile(seeds, number), await damagedFile(writtenSeeds(), number)]
    expect(Buffer.compare(one.bytes, other.bytes)).toBe(0)
  }
})

// `backlot bench hostile` runs 100,000, with limits of time and memory, and files of real Blenders.
test(`${cases} damaged files are read and rewritten or refused, never worse`, { timeout: 120_000 }, async () => {
  const outcomes = new Map<string, number>()
  for (let number = 0; number < cases; number++) {
    const { bytes, seed } = await damagedFile(seeds, number)
    const { inspected, traced, asLibrary, rewritten } = await run(bytes, seed.linkable).catch((cause: unknown) => {
      throw new Error(`damaged file ${number}`, { cause })
    })
    expect(asLibrary).toBe('read')
    for (const outcome of [inspected, traced, rewritten]) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
  }
  // All of them were reached, so the damage is neither too little nor too much.
  for (const code of ['read', 'blend.corrupt', 'blend.truncated', 'blend.not_a_blend']) {
    expect(outcomes.get(code)).toBeGreaterThan(cases / 50)
  }
})

test.each(rewritingBombs.filter(({ name }) => name.includes('behind the last block')))(
  'a copy refuses what no reader has seen: $name',
  async ({ make }) => expect(await rewriteDamaged(make())).toBe('blend.too_large'),
)

async function run(bytes: Uint8Array, linkable: readonly string[]) {
  const { inspected, traced, asLibrary } = waysToRead(bytes, linkable)
  return {
    inspected: await inspected(),
    traced: await traced(),
    asLibrary: await asLibrary(),
    rewritten: await rewriteDamaged(bytes),
  }
}
