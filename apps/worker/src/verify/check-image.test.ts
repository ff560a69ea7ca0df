import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkImage } from './check-image.ts'

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'backlot-image-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

async function check(bytes: Uint8Array) {
  const path = join(folder, 'picture')
  await writeFile(path, bytes)
  return checkImage(path)
}

function chunk(type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(data.length)
  head.write(type, 4, 'latin1')
  const tail = Buffer.alloc(4)
  tail.writeUInt32BE(crc32(data, crc32(head.subarray(4))))
  return Buffer.concat([head, data, tail])
}
function png(width: number, height: number): Buffer {
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0])
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  const pixels = deflateSync(Buffer.alloc((width * 3 + 1) * height))
  const signature = Buffer.from('89504e470d0a1a0a', 'hex')
  const chunks = [chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]
  return Buffer.concat([signature, ...chunks])
}

describe('checking a finished picture', () => {
  it('reads the size of a whole PNG', async () => {
    expect(await check(png(20, 10))).toEqual({ format: 'png', width: 20, height: 10 })
  })

  it('refuses a PNG that ends too early, wherever', async () => {
    const whole = png(20, 10)
    for (let length = 1; length < whole.length; length++) {
      await expect(check(whole.subarray(0, length))).rejects.toMatchObject({ code: 'render.bad_output' })
    }
  })

  it('refuses a PNG with one wrong bit, wherever', async () => {
    const whole = png(20, 10)
    for (let at = 0; at < whole.length; at++) {
      const damaged = Buffer.from(whole)
      damaged[at] = (damaged[at] ?? 0) ^ 1
      await expect(check(damaged)).rejects.toMatchObject({ code: 'render.bad_output' })
    }
  })

  it('refuses what is empty, missing, foreign, or longer than it says', async () => {
    const says = (text: string) => ({ code: 'render.bad_output', message: expect.stringContaining(text) as string })
    await expect(check(Buffer.alloc(0))).rejects.toMatchObject(says('it is empty'))
    await expect(check(Buffer.from('hello, this is no picture'))).rejects.toMatchObject(says('known format'))
    await expect(check(Buffer.concat([png(2, 2), Buffer.from('x')]))).rejects.toMatchObject(says('end'))
    await expect(checkImage(join(folder, 'nowhere'))).rejects.toMatchObject(says('not there'))
  })
})
