import { expect, test } from 'vitest'
import { blocksFor, blockSize, framePlan, indexOfFrame, nearestIndex } from './frame-plan.ts'

const plan = framePlan('-2-2,10-20x5')

test('a plan holds every frame once, ascending', () => {
  expect(plan.frames).toEqual([-2, -1, 0, 1, 2, 10, 15, 20])
  expect(framePlan('nonsense').frames).toEqual([])
})

test('a frame is found by its number, or the one after it', () => {
  expect(plan.frames.map((frame) => indexOfFrame(plan, frame))).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  expect(indexOfFrame(plan, 11)).toBe(-1)
  expect(nearestIndex(plan, 11)).toBe(6)
  expect(nearestIndex(plan, 99)).toBe(7)
})

test('blocks begin at every 500th frame of the plan', () => {
  const long = framePlan('1001-11000')
  expect(blockSize).toBe(500)
  expect(blocksFor(long, 0, 0)).toEqual([1001])
  expect(blocksFor(long, 490, 510)).toEqual([1001, 1501])
  expect(blocksFor(long, -1, 1)).toEqual([1001])
  expect(blocksFor(long, 9999, 10_050)).toEqual([10_501])
  expect(blocksFor(framePlan('nonsense'), 0, 10)).toEqual([])
})
