import type { FrameOrder } from '@backlot/contract/frame-order'
import { type FrameSpan, formatFrames, framesOf } from '@backlot/contract/frames'
import { indexAt, placeOf } from './frame-order.ts'

/**
 * The frames of a step as a few numbers instead of a row each: a job of 1,000,000 frames registers as fast as one of
 * ten. A frame is found by its **index** in ascending order; a task covers some **places** of the order in which they are
 * handed out (`frame-order.ts`). Stored as JSON: `[[first, last, step], …]`, ascending and disjoint.
 */
export type Spans = readonly (readonly [first: number, last: number, step: number])[]

/** Ascending and disjoint, each frame once. Only interleaved spans (`1-9x2,2-8x3`) cost time per frame. */
export function normaliseSpans(spans: readonly FrameSpan[]): Spans {
  const sorted = spans.map(endOnAFrame).toSorted((a, b) => a.first - b.first || a.last - b.last)
  const interleaved = sorted.some((span, index) => index > 0 && span.first <= (sorted[index - 1] as FrameSpan).last)
  return interleaved ? spansOf(framesOf(sorted)) : sorted.map(({ first, last, step }) => [first, last, step] as const)
}

export function countFrames(spans: Spans): number {
  return spans.reduce((sum, span) => sum + lengthOf(span), 0)
}

/** The frames at indexes `[from, to)`, ascending. */
export function framesAt(spans: Spans, from: number, to: number): number[] {
  const frames: number[] = []
  let start = 0
  for (const span of spans) {
    const length = lengthOf(span)
    const end = Math.min(to - start, length)
    for (let index = Math.max(from - start, 0); index < end; index++) frames.push(span[0] + index * span[2])
    start += length
    if (start >= to) break
  }
  return frames
}

/** Where a frame stands in the order; undefined when it is not one of them. */
export function indexOfFrame(spans: Spans, frame: number): number | undefined {
  let start = 0
  for (const span of spans) {
    const [first, last, step] = span
    if (frame < first) return undefined
    if (frame <= last) return (frame - first) % step === 0 ? start + (frame - first) / step : undefined
    start += lengthOf(span)
  }
  return undefined
}

/** How many frames come before this number in the order, whether or not it is one of them. */
export function countBelow(spans: Spans, frame: number): number {
  let count = 0
  for (const span of spans) {
    if (frame <= span[0]) break
    count += Math.min(lengthOf(span), Math.ceil((frame - span[0]) / span[2]))
  }
  return count
}

/** Everything that tells which frames a task has. A step without frames has one task and no frames. */
export interface TaskFrames {
  spans: Spans
  frameOrder: FrameOrder
  frameCount: number
  firstPlace: number
  length: number
}

/** Ascending, whatever the order in which they are handed out. */
export function framesOfTask({ spans, frameOrder, frameCount, firstPlace, length }: TaskFrames): number[] {
  if (spans.length === 0) return []
  if (frameOrder === 'linear') return framesAt(spans, firstPlace, firstPlace + length)
  const indexes = Array.from({ length }, (_, at) => indexAt(frameOrder, firstPlace + at, frameCount))
  return indexes.toSorted((a, b) => a - b).flatMap((index) => framesAt(spans, index, index + 1))
}

/** `1-10x3` as a person would write it; null for a step without frames. */
export function textOfTask(task: TaskFrames): string | null {
  return task.spans.length === 0 ? null : formatFrames(framesOfTask(task))
}

/** Where a frame stands in the order in which they are handed out; undefined when it is not one of them. */
export function placeOfFrame(
  { spans, frameOrder, frameCount }: Pick<TaskFrames, 'spans' | 'frameOrder' | 'frameCount'>,
  frame: number,
): number | undefined {
  const index = indexOfFrame(spans, frame)
  return index === undefined ? undefined : placeOf(frameOrder, index, frameCount)
}

function lengthOf([first, last, step]: Spans[number]): number {
  return Math.floor((last - first) / step) + 1
}

/** `1-10x4` ends on 9: two spans are disjoint when they do not touch, whatever was written. */
function endOnAFrame({ first, last, step }: FrameSpan): FrameSpan {
  return { first, last: first + Math.floor((last - first) / step) * step, step }
}

/** Runs of equal distance. */
function spansOf(frames: readonly number[]): Spans {
  const spans: [number, number, number][] = []
  for (const frame of frames) {
    const current = spans.at(-1)
    if (current !== undefined && current[0] === current[1]) {
      current[1] = frame
      current[2] = frame - current[0]
    } else if (current !== undefined && frame - current[1] === current[2]) current[1] = frame
    else spans.push([frame, frame, 1])
  }
  return spans
}
