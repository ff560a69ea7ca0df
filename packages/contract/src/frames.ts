import { z } from 'zod'

/** `first`–`last` inclusive, every `step`-th frame. Frames are Blender's integers: negative ones exist. */
export interface FrameSpan {
  first: number
  last: number
  step: number
}

/** Blender's own limits for a frame number. */
export const minFrame = -1_048_574
export const maxFrame = 1_048_574
export const frameNumber = z.int().min(minFrame).max(maxFrame)
/** More frames than this in one job is a slip of the keyboard, not a film: 1,000,000 is 11 hours at 24 fps. */
export const maxFramesPerJob = 1_000_000

const spanPattern = /^(-?\d+)(?:-(-?\d+)(?:x(\d+))?)?$/

/** Reads `1-10,20-30x2,45`. Returns the reason instead when it is malformed. Overlaps are allowed and count once. */
export function parseFrames(text: string): { spans: FrameSpan[] } | { problem: string } {
  const spans: FrameSpan[] = []
  for (const part of text.split(',')) {
    const match = spanPattern.exec(part.trim())
    if (match === null) return { problem: `"${part.trim()}" is not a frame or a range such as 1-10 or 20-30x2` }
    const first = Number(match[1])
    const last = match[2] === undefined ? first : Number(match[2])
    const step = match[3] === undefined ? 1 : Number(match[3])
    if (last < first) return { problem: `"${part.trim()}" ends before it begins` }
    if (step < 1) return { problem: `"${part.trim()}" has a step of 0` }
    if (first < minFrame || last > maxFrame) return { problem: `frames lie between ${minFrame} and ${maxFrame}` }
    spans.push({ first, last, step })
  }
  if (countAtMost(spans) > maxFramesPerJob) return { problem: `more than ${maxFramesPerJob} frames` }
  return { spans }
}

/** The frames of all spans, ascending, each once. */
export function framesOf(spans: readonly FrameSpan[]): number[] {
  const frames = new Set<number>()
  for (const { first, last, step } of spans) for (let frame = first; frame <= last; frame += step) frames.add(frame)
  return [...frames].toSorted((a, b) => a - b)
}

/** The shortest text that `parseFrames` reads back to the same frames; runs of at least three share one range. */
/** How many frames disjoint spans hold. */
export function countFrames(spans: readonly FrameSpan[]): number {
  return spans.reduce((sum, { first, last, step }) => sum + Math.floor((last - first) / step) + 1, 0)
}

export function formatFrames(frames: readonly number[]): string {
  const sorted = [...new Set(frames)].toSorted((a, b) => a - b)
  const parts: string[] = []
  for (let start = 0; start < sorted.length;) {
    const first = sorted[start] as number
    const step = (sorted[start + 1] ?? first + 1) - first
    let end = start
    for (; sorted[end + 1] === first + (end + 1 - start) * step; end++);
    if (end - start < 2) end = start
    parts.push(end === start ? `${first}` : `${first}-${sorted[end]}${step === 1 ? '' : `x${step}`}`)
    start = end + 1
  }
  return parts.join(',')
}

function countAtMost(spans: readonly FrameSpan[]): number {
  return spans.reduce((sum, { first, last, step }) => sum + Math.floor((last - first) / step) + 1, 0)
}

/** 10,000 single frames are 60,000 characters; ranges are short. */
export const frameText = z
  .string()
  .max(200_000)
  .superRefine((text, context) => {
    const parsed = parseFrames(text)
    if ('problem' in parsed) context.addIssue({ code: 'custom', message: parsed.problem })
  })
