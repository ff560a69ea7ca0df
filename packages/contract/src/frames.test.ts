import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatFrames, framesOf, maxFrame, minFrame, parseFrames } from './frames.ts'

function frames(text: string): number[] {
  const parsed = parseFrames(text)
  if ('problem' in parsed) throw new Error(parsed.problem)
  return framesOf(parsed.spans)
}

describe('parseFrames', () => {
  it('reads single frames, ranges, steps and negative frames', () => {
    expect(frames('1-3,10-20x5,7')).toEqual([1, 2, 3, 7, 10, 15, 20])
    expect(frames('-3--1')).toEqual([-3, -2, -1])
  })
  it('counts overlapping frames once', () => expect(frames('1-3,2-4')).toEqual([1, 2, 3, 4]))
  it.each(['10-1', 'a', '', '1-', '1-5x0', '1,,2', '1.5', '99999999', '1-5x', '0x10'])('refuses "%s"', (text) => {
    expect(parseFrames(text)).toHaveProperty('problem')
  })
  it('tells the limits to a number that is too large', () =>
    expect(parseFrames('1-1000000000')).toEqual({ problem: `frames lie between ${minFrame} and ${maxFrame}` }))
  it('refuses more frames than a job may have', () => expect(parseFrames(`0-${maxFrame}`)).toHaveProperty('problem'))
})

describe('formatFrames', () => {
  it('shortens runs of three and more', () =>
    expect(formatFrames([1, 2, 3, 10, 15, 20, 30, 31])).toBe('1-3,10-20x5,30,31'))
  it('reads back to the same frames', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: minFrame, max: maxFrame }), { minLength: 1, maxLength: 60 }),
        (list) => {
          expect(frames(formatFrames(list))).toEqual(list.toSorted((a, b) => a - b))
        },
      ),
    )
  })
})
