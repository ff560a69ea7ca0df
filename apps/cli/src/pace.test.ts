import { expect, it } from 'vitest'
import { Pace } from './pace.ts'

it('tells rate and time left', () => {
  let now = 1000
  const pace = new Pace(() => now)
  expect(pace.text(0, 200)).toBe('')
  now = 3000
  expect(pace.text(0, 200)).toBe('')
  expect(pace.text(5, 200)).toBe(', 2.5/s, 1 min 18 s left')
  expect(pace.text(100, 200)).toBe(', 50/s, 2.0 s left')
  expect(pace.text(200, 200)).toBe(', 100/s')
})
