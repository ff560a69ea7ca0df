import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readZip } from '../testing/read-zip.ts'
import { writeZip } from './write-zip.ts'
import { chunkBytes, chunksKept } from './zip-writer.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backlot-write-zip-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

test('files of many pieces come out as they were, stored and deflated', async () => {
  // More pieces than there are buffers, each different, so that one written over too early would show.
  const noise = randomBytes(3 * chunksKept * chunkBytes + 123)
  const contents = { 'clip.mp4': noise, 'scene.blend': noise.map((byte) => byte & 0x1f) }
  const files = []
  for (const [path, bytes] of Object.entries(contents)) {
    const file = join(folder, path)
    await writeFile(file, bytes)
    files.push({ path, file, size: bytes.length })
  }
  const out = join(folder, 'out.zip')
  await writeZip(files, out)
  expect(await readZip(out)).toEqual(
    new Map([
      ['clip.mp4', { size: noise.length, stored: true, sha256: sha256(contents['clip.mp4']) }],
      ['scene.blend', { size: noise.length, stored: false, sha256: sha256(contents['scene.blend']) }],
    ]),
  )
})
