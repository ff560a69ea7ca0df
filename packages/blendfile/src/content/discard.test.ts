import { expect, test } from 'vitest'
import { discard } from './discard.ts'

test('large bytes that have their buffer alone are gone at once', () => {
  const bytes = new Uint8Array(100_000)
  discard(bytes)
  expect(bytes).toHaveLength(0)
  // A byte more than its content: what zlib needs for not taking a second chunk.
  const almost = new Uint8Array(new ArrayBuffer(100_001), 0, 100_000)
  discard(almost)
  expect(almost).toHaveLength(0)
})

test('what may be part of something else stays', () => {
  const small = new Uint8Array(1000)
  const part = new Uint8Array(300_000).subarray(100_000, 200_000)
  for (const bytes of [small, part]) discard(bytes)
  expect([small.length, part.length]).toEqual([1000, 100_000])
})
