import { spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HashCache } from './hash-cache.ts'
import { hashFiles } from './hash-files.ts'
import type { Progress } from './progress.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backlot-hash-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const past = new Date(Date.now() - 60_000)
async function make(count: number, size: number) {
  const files = Array.from({ length: count }, (_, index) => join(folder, `${index}.bin`))
  const hashes: string[] = []
  for (const file of files) {
    const bytes = randomBytes(size)
    await writeFile(file, bytes)
    await utimes(file, past, past)
    hashes.push(createHash('sha256').update(bytes).digest('hex'))
  }
  return { files, hashes }
}

describe('hashFiles', () => {
  it.each([
    [3, 1000],
    [400, 500],
    [2, 20_000_000],
  ])('hashes %i files of %i bytes', async (count, size) => {
    const { files, hashes } = await make(count, size)
    const seen: Progress[] = []
    const result = await hashFiles(files, { onProgress: (progress) => seen.push(progress) })
    expect(result.map((file) => file.sha256)).toEqual(hashes)
    expect(seen.at(-1)).toMatchObject({ files: count, bytes: count * size, totalBytes: count * size })
  })

  it('says which file can not be read, and can be cancelled', async () => {
    const { files } = await make(100, 10)
    const gone = join(folder, 'gone')
    for (const list of [[gone], [...files, gone], [folder]])
      await expect(hashFiles(list)).rejects.toMatchObject({ code: 'transfer.unreadable' })
    await expect(hashFiles(files, { signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no')
    const stop = new AbortController()
    const hashing = hashFiles(files, { signal: stop.signal })
    stop.abort(new Error('changed my mind'))
    await expect(hashing).rejects.toThrow('changed my mind')
  })
})

describe('HashCache', () => {
  it('knows files that did not change, across processes that were killed, and no others', async () => {
    const { files, hashes } = await make(50, 100)
    const path = join(folder, 'cache.sqlite')
    const script = `
      const { HashCache } = await import(${JSON.stringify(new URL('hash-cache.ts', import.meta.url).href)})
      const { hashFiles } = await import(${JSON.stringify(new URL('hash-files.ts', import.meta.url).href)})
      await hashFiles(${JSON.stringify(files)}, { cache: new HashCache(${JSON.stringify(path)}) })
      process.kill(process.pid, 'SIGKILL')`
    const { signal, stderr } = spawnSync(process.execPath, ['--eval', script], {
      encoding: 'utf8',
    })
    expect([signal, stderr]).toEqual(['SIGKILL', ''])

    using cache = new HashCache(path)
    const [first = '', second = '', third = ''] = files
    const identity = async (file: string) => {
      const { size, mtimeNs, ino } = await stat(file, { bigint: true })
      return { size: Number(size), mtimeNs, inode: ino }
    }
    expect(cache.get(first, await identity(first))).toBe(hashes[0])
    await utimes(first, past, new Date(past.getTime() + 1))
    expect(cache.get(first, await identity(first))).toBeUndefined()
    await truncate(second, 99)
    await utimes(second, past, past)
    expect(cache.get(second, await identity(second))).toBeUndefined()
    await rm(third)
    await writeFile(join(folder, 'other'), 'x')
    await writeFile(third, randomBytes(100))
    await utimes(third, past, past)
    expect(cache.get(third, { ...(await identity(third)), inode: 1n })).toBeUndefined()
  })

  it('does not keep a file that was written a moment ago, and survives damage', async () => {
    const path = join(folder, 'cache.sqlite')
    await writeFile(path, randomBytes(5000))
    using cache = new HashCache(path)
    const file = { file: '/f', sha256: 'ab'.repeat(32), size: 1, inode: 2n ** 64n - 1n }
    const young = { ...file, mtimeNs: BigInt(Date.now()) * 1_000_000n }
    const old = { ...file, mtimeNs: 1_000_000_000_123_456_789n }
    cache.put([young])
    expect(cache.get('/f', young)).toBeUndefined()
    cache.put([old])
    expect(cache.get('/f', old)).toBe(file.sha256)
    using nowhere = new HashCache(join(path, 'not', 'a', 'folder'))
    nowhere.put([old])
    expect(nowhere.get('/f', old)).toBe(file.sha256)
  })
})
