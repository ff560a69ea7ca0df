import { frameOrders } from '@backlot/contract/frame-order'
import { type FrameSpan, framesOf } from '@backlot/contract/frames'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countBelow, countFrames, framesAt, framesOfTask, indexOfFrame, normaliseSpans, placeOfFrame } from './spans.ts'

const span: fc.Arbitrary<FrameSpan> = fc
  .tuple(fc.integer({ min: -60, max: 60 }), fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 7 }))
  .map(([first, length, step]) => ({ first, last: first + length, step }))
const spans = fc.array(span, { minLength: 1, maxLength: 5 })

describe('spans', () => {
  it('hold the same frames as the list, each once and in order', () => {
    fc.assert(
      fc.property(spans, (given) => {
        const normal = normaliseSpans(given)
        const frames = framesOf(given)
        expect(framesAt(normal, 0, frames.length)).toEqual(frames)
        expect(countFrames(normal)).toBe(frames.length)
      }),
    )
  })

  it('cut into tasks that cover every frame exactly once', () => {
    fc.assert(
      fc.property(spans, fc.integer({ min: 1, max: 9 }), fc.constantFrom(...frameOrders), (given, most, frameOrder) => {
        const frames = framesOf(given)
        const step = { spans: normaliseSpans(given), frameOrder, frameCount: frames.length }
        const found: number[] = []
        for (let firstPlace = 0; firstPlace < frames.length; firstPlace += most) {
          const length = Math.min(most, frames.length - firstPlace)
          const task = framesOfTask({ ...step, firstPlace, length })
          expect(task).toEqual(task.toSorted((a, b) => a - b))
          const places = task.map((frame) => placeOfFrame(step, frame) as number).toSorted((a, b) => a - b)
          expect(places).toEqual(Array.from({ length }, (_, at) => firstPlace + at))
          found.push(...task)
        }
        expect(found.toSorted((a, b) => a - b)).toEqual(frames)
      }),
    )
  })

  it('find a frame by its number, and only frames of the step', () => {
    fc.assert(
      fc.property(spans, fc.integer({ min: -70, max: 110 }), (given, frame) => {
        const normal = normaliseSpans(given)
        const frames = framesOf(given)
        expect(indexOfFrame(normal, frame) ?? -1).toBe(frames.indexOf(frame))
        expect(countBelow(normal, frame)).toBe(frames.filter((other) => other < frame).length)
      }),
    )
  })

  it('of 1,000,000 frames are one row of numbers', () => {
    const normal = normaliseSpans([{ first: 1, last: 1_000_000, step: 1 }])
    expect(normal).toEqual([[1, 1_000_000, 1]])
    expect(framesAt(normal, 999_998, 1_000_005)).toEqual([999_999, 1_000_000])
  })
})
