import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { BlobCache } from './blob-cache.ts'

it('throws out every file and keeps the folders, into which another process may be writing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'backlot-blob-cache-'))
  try {
    await mkdir(join(folder, 'ab'))
    await writeFile(join(folder, 'ab', 'ab'.repeat(32)), 'blob')
    await writeFile(join(folder, 'ab', 'half-fetched'), 'blo')
    const cache = new BlobCache({ folder, limitBytes: 1000 })
    expect(await cache.size()).toBe(7)
    await cache.empty()
    expect(await cache.size()).toBe(0)
    expect(await readdir(folder, { recursive: true })).toEqual(['ab'])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
