import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { build } from 'vite'

const limit = 60_000

test(`a worker that inspects and traces is at most ${limit} bytes of gzip, without its zstd decoder`, async () => {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      target: 'es2022',
      lib: { entry: join(import.meta.dirname, 'testing/worker-entry.ts'), formats: ['es'] },
    },
  })
  const [first] = [built].flat()
  if (first === undefined || !('output' in first)) throw new Error('vite gave no bundle')
  const [script, ...more] = first.output
  expect(more).toEqual([])
  // Nothing of Node is in it, and nothing is left out.
  expect(script.imports).toEqual([])
  expect(script.code).not.toContain('node:')
  const size = gzipSync(script.code).length
  expect(size).toBeGreaterThan(5000)
  expect(size).toBeLessThanOrEqual(limit)
})
