import { expect, it } from 'vitest'
import { remembered } from './remembered.ts'

it('is one question for all who ask within its age, and asked again after a failure or a clock that went back', async () => {
  let now = 0
  let asked = 0
  let fails = false
  const ask = remembered(
    10,
    async () => {
      asked++
      if (fails) throw new Error('no')
      return asked
    },
    () => now,
  )
  expect(await Promise.all([ask(), ask()])).toEqual([1, 1])
  now = 9
  expect(await ask()).toBe(1)
  now = 10
  fails = true
  await expect(ask()).rejects.toThrow('no')
  fails = false
  expect(await ask()).toBe(3)
  now = -5
  expect(await ask()).toBe(4)
})
