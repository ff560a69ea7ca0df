import { describe, expect, it } from 'vitest'
import { sendCounted } from './counted-body.ts'

const bytes = new Uint8Array(1_000_000)
const never = new AbortController().signal

describe('sendCounted', () => {
  it('counts what the connection takes, and takes it back when the request fails', async () => {
    const moves: number[] = []
    const options = { signal: never, onBytes: (moved: number) => moves.push(moved), stallSeconds: 5 }
    const received = await sendCounted(bytes, options, async (body) => new Response(body).arrayBuffer())
    expect(received.byteLength).toBe(bytes.length)
    expect(moves.reduce((sum, moved) => sum + moved)).toBe(bytes.length)
    moves.length = 0
    const failing = sendCounted(bytes, options, async (body) => {
      await body.getReader().read()
      throw new Error('gone')
    })
    await expect(failing).rejects.toThrow('gone')
    expect(moves.reduce((sum, moved) => sum + moved)).toBe(0)
  })

  it('gives up a connection on which nothing moves', async () => {
    const options = { signal: never, onBytes: () => {}, stallSeconds: 0.05 }
    const stuck = sendCounted(
      bytes,
      options,
      (_, { signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error))
        }),
    )
    await expect(stuck).rejects.toMatchObject({ code: 'network.unreachable' })
  })
})
