import { describe, expect, it } from 'vitest'
import { spread } from './lease-tasks.ts'

describe('spread', () => {
  it('picks evenly, with the first and the last', () => {
    const items = Array.from({ length: 100 }, (_, index) => index)
    expect(spread(items, 4)).toEqual([0, 33, 66, 99])
    expect(spread(items, 1)).toEqual([0])
    expect(spread([1, 2], 24)).toEqual([1, 2])
  })
})
