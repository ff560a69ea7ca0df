import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, readdir, rm, stat, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { StorageDriver } from './driver.ts'
import { openFileSystemDriver } from './file-system-driver.ts'

let root: string
let driver: StorageDriver
const tenant = randomUUID()
const newKey = () => `${tenant}/${randomUUID()}`
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'backlot-driver-'))
  driver = await openFileSystemDriver(root, { keepFree: 0 })
})
afterEach(async () => {
  await driver.close()
  await rm(root, { recursive: true, force: true })
})

async function* chunks(bytes: Uint8Array, size = 64 * 1024): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
async function contentOf(key: string, start: number, end: number): Promise<Buffer> {
  const content = await driver.read(key, start, end)
  return content ? buffer(content) : Buffer.from('nothing')
}
const keys = async () => (await Array.fromAsync(driver.list())).map((object) => object.key)

describe('objects', () => {
  it.skipIf(process.platform === 'win32')('are closed to other users of the machine', async () => {
    const writer = await driver.create(newKey())
    await writer.commit()
    for (const folder of ['objects', 'incoming', join('objects', tenant)])
      expect((await stat(join(root, folder))).mode & 0o077, folder).toBe(0)
  })

  it('are there when they are committed, read-only, and can be read in pieces', async () => {
    const [key, bytes] = [newKey(), randomBytes(3_000_000)]
    const writer = await driver.create(key)
    for await (const chunk of chunks(bytes)) await writer.write(chunk)
    expect(await driver.stat(key)).toBeUndefined()
    await writer.commit()
    await writer.discard()
    expect(await keys()).toEqual([key])
    const id = key.slice(37)
    expect((await stat(join(root, 'objects', tenant, id.slice(-2), id))).mode & 0o777).toBe(0o444)
    expect((await contentOf(key, 1_000_001, 2_000_007)).equals(bytes.subarray(1_000_001, 2_000_007))).toBe(true)
    await driver.delete(key)
    await driver.delete(key)
    expect(await driver.read(key, 0, 1)).toBeUndefined()
  })

  it('leave nothing when they are discarded', async () => {
    const writer = await driver.create(newKey())
    await writer.write(randomBytes(2_000_000))
    await writer.discard()
    expect([await keys(), await readdir(join(root, 'incoming'))]).toEqual([[], []])
  })

  it('have no key that leads elsewhere', async () => {
    for (const key of ['../x', `${tenant}/..`, `${tenant}/a/${randomUUID()}`, randomUUID()])
      await expect(driver.create(key)).rejects.toThrow('not an object')
  })

  it('are refused when the disk is nearly full', async () => {
    const careful = await openFileSystemDriver(root, { keepFree: Number.MAX_SAFE_INTEGER })
    await expect(careful.create(newKey())).rejects.toMatchObject({ code: 'storage.disk_full' })
    await expect(careful.beginParts(newKey(), 1)).rejects.toMatchObject({ code: 'storage.disk_full' })
  })
})

describe('parts', () => {
  const partBytes = 1_500_000
  const whole = randomBytes(3 * partBytes + 10)
  const place = (part: number) => {
    const offset = part * partBytes
    return { part, offset, size: Math.min(partBytes, whole.length - offset) }
  }
  const send = (to: StorageDriver, handle: string, part: number) => {
    const { offset, size } = place(part)
    return to.writePart(handle, place(part), chunks(whole.subarray(offset, offset + size)))
  }
  const expected = (key: string) => ({ key, size: whole.length, sha256: sha(whole), receipts: [] })

  it.each([
    [0, 1, 2, 3],
    [3, 2, 1, 0],
    [2, 0, 3, 1],
  ])('become an object in the order %i %i %i %i', async (...order) => {
    const key = newKey()
    const handle = await driver.beginParts(key, whole.length)
    for (const part of order) await send(driver, handle, part)
    expect(await driver.completeParts(handle, expected(key))).toBe(true)
    // A server that died right after this asks again when it is back.
    expect([await driver.resumeParts(handle), await driver.completeParts(handle, expected(key))]).toEqual([true, true])
    expect(sha(await contentOf(key, 0, whole.length))).toBe(sha(whole))
    expect(await readdir(join(root, 'incoming'))).toEqual([])
  })

  it('are hashed again after a restart', async () => {
    const key = newKey()
    const handle = await driver.beginParts(key, whole.length)
    await send(driver, handle, 0)
    await send(driver, handle, 2)
    const restarted = await openFileSystemDriver(root, { keepFree: 0 })
    expect(await restarted.resumeParts(handle)).toBe(true)
    await send(restarted, handle, 3)
    await send(restarted, handle, 1)
    expect(await restarted.completeParts(handle, expected(key))).toBe(true)
    await restarted.close()
  })

  it('leave nothing when the whole is wrong, and refuse a part of a wrong size', async () => {
    const key = newKey()
    const handle = await driver.beginParts(key, whole.length)
    for (const part of [0, 1, 2]) await send(driver, handle, part)
    const wrong = (size: number) => driver.writePart(handle, place(3), chunks(new Uint8Array(size)))
    await expect(wrong(9)).rejects.toMatchObject({ code: 'upload.part_invalid' })
    await expect(wrong(11)).rejects.toMatchObject({ code: 'upload.part_invalid' })
    await wrong(10)
    expect(await driver.completeParts(handle, expected(key))).toBe(false)
    expect([await keys(), await readdir(join(root, 'incoming'))]).toEqual([[], []])
    expect(await driver.resumeParts(handle)).toBe(false)
  })

  it('are swept when nobody goes on', async () => {
    const [old, young] = [await driver.beginParts(newKey(), 10), await driver.beginParts(newKey(), 10)]
    const longAgo = new Date(Date.now() - 1e9)
    await utimes(join(root, 'incoming', `${old.replace('/', '.')}.part`), longAgo, longAgo)
    expect(await driver.sweepUnfinished(new Date(Date.now() - 1e8))).toBe(1)
    expect([await driver.resumeParts(old), await driver.resumeParts(young)]).toEqual([false, true])
  })
})
