import { expect, it } from 'vitest'
import { mishapKinds, planChaos } from './plan.ts'

it('follows from the seed, and leaves nothing out in ten minutes', () => {
  const plan = planChaos(7, 600, 3)
  expect(planChaos(7, 600, 3)).toEqual(plan)
  expect(planChaos(8, 600, 3)).not.toEqual(plan)
  expect(new Set(plan.map(({ kind }) => kind))).toEqual(new Set(mishapKinds))
  expect(new Set(plan.map(({ worker }) => worker))).toEqual(new Set([0, 1, 2]))
  expect(plan.every(({ at }) => at < 600)).toBe(true)
})
