import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { seekTable } from '@backlot/blendfile/rewrite/seek-table'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkSeekTable } from './check-pack.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-check-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('checkSeekTable', () => {
  const contents = ['one', 'two more'].map((text) => Buffer.from(text.repeat(100)))
  const frames = contents.map((content) => zstdCompressSync(content))
  const entries = frames.map((frame, index) => ({ length: frame.length, rawLength: contents[index]?.length ?? 0 }))
  const check = async (...parts: Uint8Array[]) => {
    const file = join(folder, 'file.blend')
    await writeFile(file, Buffer.concat(parts))
    return checkSeekTable(file)
  }

  it('accepts a table that tells every frame', async () => {
    await expect(check(...frames, seekTable(entries))).resolves.toBeUndefined()
  })

  it.each([
    ['no table', 'has no seek table', () => check(...frames)],
    [
      'a wrong length of content',
      'is not as its table says',
      () => check(...frames, seekTable(entries.map((entry) => ({ ...entry, rawLength: 7 })))),
    ],
    ['a frame that it leaves out', 'does not list all frames', () => check(...frames, seekTable(entries.slice(0, 1)))],
    ['a wrong place', 'is not as its table says', () => check(...frames, seekTable(entries.toReversed()))],
  ])('refuses %s', async (_, message, checking) => {
    await expect(checking()).rejects.toThrow(message)
  })
})
