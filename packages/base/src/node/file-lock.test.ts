import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { withFileLock } from './file-lock.ts'

let folder: string
let lock: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backlot-lock-'))
  lock = join(folder, 'a', 'x.lock')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('two never work at the same time, and the lock is gone afterwards', async () => {
  let inside = 0
  const waited: number[] = []
  const work = () =>
    withFileLock(
      lock,
      async () => {
        expect(++inside).toBe(1)
        await sleep(30)
        inside--
      },
      { onWait: (holder) => waited.push(holder) },
    )
  await Promise.all([work(), work()])
  expect(waited).toEqual([process.pid])
  expect(await readdir(join(folder, 'a'))).toEqual([])
})

test('the lock of a dead process is taken over', async () => {
  lock = join(folder, 'x.lock')
  await writeFile(lock, '4194305') // above the largest process id of Linux
  expect(await withFileLock(lock, async () => 'done')).toBe('done')
})

test('the lock of a dead process is taken over although another program has its id by now', async (context) => {
  context.skip(process.platform !== 'linux', 'only Linux tells when a process was born')
  lock = join(folder, 'x.lock')
  await writeFile(lock, `${process.pid} 00000000-0000-0000-0000-000000000000 7`)
  expect(await withFileLock(lock, async () => 'done')).toBe('done')
  await withFileLock(lock, async () => {
    await expect(withFileLock(lock, async () => {}, { signal: AbortSignal.timeout(20) })).rejects.toThrow(/abort/i)
  })
})

test('waiting can be given up', async () => {
  lock = join(folder, 'x.lock')
  await writeFile(lock, String(process.pid))
  await expect(withFileLock(lock, async () => {}, { signal: AbortSignal.timeout(20) })).rejects.toThrow(/abort/i)
})
