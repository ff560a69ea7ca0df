import { expect, it } from 'vitest'
import { minimise } from './minimise.ts'

const numbers = Array.from({ length: 50 }, (_, at) => at)
const needs = (wanted: readonly number[]) => (some: readonly number[]) =>
  Promise.resolve(wanted.every((one) => some.includes(one)))

it('leaves only what is needed to fail', async () => {
  expect(await minimise(numbers, needs([3, 17, 18, 44]))).toEqual([3, 17, 18, 44])
  expect(await minimise(numbers, needs([0]))).toEqual([0])
  expect(await minimise(numbers, needs([]))).toEqual([])
})

it('leaves something that still fails when it runs out of tries', async () => {
  expect(await minimise(numbers, needs([3, 44]), 4)).toEqual(expect.arrayContaining([3, 44]))
})
