import { createHash, randomBytes } from 'node:crypto'
import { ApiError } from '@backlot/contract/client'
import type { BlobRef } from '@backlot/contract/schemas/storage'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { packHeadBytes, placeInPack } from './pack-format.ts'
import { type ReceiveClient, receivePack } from './receive-pack.ts'

const retries = { tries: 3, first: 1, longest: 1 }
const refOf = (bytes: Buffer): BlobRef => ({
  sha256: createHash('sha256').update(bytes).digest('hex'),
  size: bytes.length,
})
function entryOf(bytes: Buffer, { sha256 } = refOf(bytes)): Buffer {
  const entry = Buffer.alloc(packHeadBytes + bytes.length)
  placeInPack(entry, 0, { sha256, size: bytes.length }).set(bytes)
  return entry
}

/** A server that gives these bytes for what it is asked, in pieces of this size; it may break off. */
function serverOf(answer: (hashes: string[], asked: number) => { bytes: Buffer; cutAt?: number } | Error, piece = 100) {
  const questions: string[][] = []
  const client: ReceiveClient = {
    readBlob: async () => Promise.reject(new Error('not asked for alone here')),
    readPack: async ({ body: { hashes } }) => {
      questions.push(hashes)
      const answered = answer(hashes, questions.length)
      if (answered instanceof Error) throw answered
      const { bytes, cutAt = bytes.length } = answered
      let at = 0
      return new Response(
        new ReadableStream<Uint8Array>({
          pull(controller) {
            const end = Math.min(at + piece, cutAt)
            if (end > at) controller.enqueue(new Uint8Array(bytes.subarray(at, end)))
            else if (cutAt < bytes.length) controller.error(new TypeError('terminated'))
            else controller.close()
            at = end
          },
        }),
      )
    },
  }
  return { client, questions }
}

async function receive(client: ReceiveClient, blobs: readonly BlobRef[]) {
  const kept = new Map<string, Buffer>()
  const keep = ({ sha256 }: BlobRef, bytes: Uint8Array) => void kept.set(sha256, Buffer.from(bytes))
  return { rest: await receivePack(client, blobs, keep, { retries }), kept }
}

describe('receivePack', () => {
  it('hands on every file, in whatever pieces and order they come', async () => {
    const sizes = fc.array(fc.nat(500), { minLength: 1, maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 1, max: 700 }), async (all, piece) => {
        const contents = new Map(all.map((size) => randomBytes(size)).map((bytes) => [refOf(bytes).sha256, bytes]))
        const blobs = [...contents.values()].map(refOf)
        const entries = [...contents.values()].toReversed().map((bytes) => entryOf(bytes))
        const { client } = serverOf(() => ({ bytes: Buffer.concat(entries) }), piece)
        const { rest, kept } = await receive(client, blobs)
        expect(rest).toEqual([])
        expect(kept).toEqual(contents)
      }),
    )
  })

  it('asks for the rest when the connection breaks', async () => {
    const contents = [randomBytes(300), randomBytes(300), randomBytes(300)]
    const blobs = contents.map(refOf)
    const { client, questions } = serverOf((hashes, asked) => {
      const bytes = Buffer.concat(
        contents.filter((one) => hashes.includes(refOf(one).sha256)).map((one) => entryOf(one)),
      )
      return asked === 1 ? { bytes, cutAt: 500 } : { bytes }
    })
    const { rest, kept } = await receive(client, blobs)
    expect(questions.map((hashes) => hashes.length)).toEqual([3, 2])
    expect([rest, kept.size]).toEqual([[], 3])
  })

  it('keeps nothing that does not have its hash or its size, and nothing that was not asked for', async () => {
    const [good, bad, foreign] = [randomBytes(100), randomBytes(100), randomBytes(100)]
    const blobs = [good, bad].map(refOf)
    const lies = [entryOf(randomBytes(100), refOf(bad)), entryOf(bad.subarray(0, 64), refOf(bad)), entryOf(foreign)]
    for (const lie of lies) {
      const { client } = serverOf(() => ({
        bytes: Buffer.concat([entryOf(good), lie, Buffer.alloc(packHeadBytes + 100 - lie.length)]),
      }))
      const { rest, kept } = await receive(client, blobs)
      expect([...kept.keys()]).toEqual([refOf(good).sha256])
      expect(rest).toEqual([refOf(bad)])
    }
    const { client } = serverOf(() => ({ bytes: Buffer.concat([entryOf(good), entryOf(good), entryOf(bad)]) }))
    await expect(receive(client, blobs)).rejects.toThrow('more bytes')
  })

  it('leaves all to be asked for alone when one is not there, and throws what is no answer about them', async () => {
    const blobs = [refOf(randomBytes(10)), refOf(randomBytes(10))]
    const gone = serverOf(() => new ApiError('blob.not_found', 'gone'))
    expect((await receive(gone.client, blobs)).rest).toEqual(blobs)
    const refused = serverOf(() => new ApiError('auth.forbidden', 'no'))
    await expect(receive(refused.client, blobs)).rejects.toMatchObject({ code: 'auth.forbidden' })
  })
})
