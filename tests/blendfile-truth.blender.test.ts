import { mkdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { blendersToTest, makeStudio } from '@backlot/blender/testing/blenders'
import { seriesOf } from '@backlot/blender/version'
import { traceFile } from '@backlot/blendfile/node/trace-file'
import { compare } from '@backlot/tests/coverage/compare'
import type { Listed } from '@backlot/tests/coverage/listed'
import { peerCounts } from '@backlot/tests/coverage/peer'
import {
  type CaseResult,
  readResults,
  type Series,
  type State,
  type Way,
  writeColumn,
} from '@backlot/tests/coverage/results'
import { Review } from '@backlot/tests/coverage/review'
import { reviewed } from '@backlot/tests/coverage/reviewed'
import { afterAll, describe, expect, test } from 'vitest'

/**
 * The tracer against Blender's own lists, over generated scenes: one per way to refer to a file, each by itself, through
 * a library and packed from one. What they differ in is in `reviewed.ts`; how they stand is in `docs/coverage.md`.
 * `BACKLOT_COVERAGE=write` writes what the Blenders at hand say instead of comparing it; then `./backlot pnpm generate`.
 */
const cases = fileURLToPath(new URL('./python/dependencies/commands.py', import.meta.url))
const howToWrite = 'BACKLOT_COVERAGE=write ./backlot test blender -- blendfile-truth && ./backlot pnpm generate'
const writes = process.env['BACKLOT_COVERAGE'] === 'write'

interface Cases {
  cases: string[]
  kinds: Readonly<Record<string, string>>
  /** Files of the folder of assets that the trace finds, exactly, whatever Blender's list says. */
  needs: Readonly<Record<string, readonly string[]>>
}

describe.each(await blendersToTest())('Blender $version ($kind)', async (blender) => {
  const series = seriesOf(blender.version) as Series
  const studio = await makeStudio()
  const folder = join(studio.folder, blender.version)
  await mkdir(folder, { recursive: true })
  const session = await studio.start(blender, { commandFiles: [cases] })
  const { cases: names, kinds, needs } = await session.run<Cases>('dependency_cases', { folder })
  afterAll(async () => {
    await session.close()
    await studio.clean()
  })
  const review = new Review(reviewed)
  const results: Record<string, CaseResult> = {}
  const seen: { way: Way; listed: Listed }[] = []

  test.each(names)('%s', async (name) => {
    const kind = kinds[name] as string
    const states: Partial<Record<Way, State>> = {}
    const unexplained: unknown[] = []
    const listed = await session.run<Record<Way, Listed>>('dependency_case', { folder, name })
    for (const [way, lists] of Object.entries(listed) as [Way, Listed][]) {
      seen.push({ way, listed: lists })
      const trace = await traceFile(lists.file)
      expect([...trace.errors, ...trace.warnings]).toEqual([])
      const judged = review.judge({ case: name, series, way }, compare(trace, lists, folder))
      unexplained.push(...judged.unexplained.map((difference) => ({ way, ...difference })))
      states[way] = judged.state

      // The case is about what it says: unless it is about nothing being there at all.
      const isAbout = way !== 'local' || lists.all.length === 0 || trace.usages.some((usage) => usage.kind === kind)
      expect(isAbout).toBe(true)
      const needed = trace.usages.filter(({ packed }) => !packed)
      const files = new Set(needed.flatMap((usage) => usage.files))
      expect(trace.files.map(({ path }) => path).toSorted()).toEqual([...files].toSorted())
      expect(trace.missing).toEqual([])
      const assets = [...files]
        .filter((path) => !path.endsWith('.blend'))
        .map((path) => relative(join(folder, 'assets'), path))
      expect(assets.toSorted()).toEqual(needs[name]?.toSorted() ?? assets.toSorted())
    }
    expect(unexplained).toEqual([])
    results[name] = { kind, states }
  })

  test('the reviewed table says only what is so', () => {
    expect(review.stale()).toEqual([])
  })

  test('docs/coverage.md says what was seen', async () => {
    // What failed is not written down.
    expect(Object.keys(results)).toEqual(names)
    if (writes) {
      const peer = await peerCounts(seen)
      await writeColumn(series, { blender: blender.version, peer, cases: results })
    }
    expect(results, `not as committed: ${howToWrite}`).toEqual(readResults()[series]?.cases)
  })
})
