import { expect, test } from 'vitest'
import { putFrames } from './patch-frames.ts'
import { sampleFrame } from './testing.ts'

const page = { items: [sampleFrame(1), sampleFrame(2), sampleFrame(3)] }

test('changed frames are replaced, the others stay the same objects', () => {
  const changed = putFrames(page, new Map([[2, sampleFrame(2, { state: 'completed' })]]))
  expect(changed.items.map(({ state }) => state)).toEqual(['queued', 'completed', 'queued'])
  expect(changed.items[0]).toBe(page.items[0])
})

test('a page that has none of them is returned as it is', () => {
  expect(putFrames(page, new Map([[9, sampleFrame(9)]]))).toBe(page)
})
