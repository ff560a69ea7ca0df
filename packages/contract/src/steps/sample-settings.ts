import { z } from 'zod'
import { frameNumber } from '../frames.ts'
import { renderSettings } from './render-settings.ts'

/**
 * How one image is rendered in ranges of its samples. Range `n` has the samples from `n * range` on; of an image that was
 * continued, `more` says from which range on they are longer.
 */
export const split = z.object({
  /** Of the whole image. */
  samples: z.int().min(2).max(1_000_000),
  /** Of one range; the last may have fewer. */
  range: z.int().min(1).max(1_000_000),
  /** From range `place` on, which begins with sample `first`, ranges have `range` samples. Ascending. */
  more: z
    .array(
      z.object({
        place: z.int().min(0).max(1_000_000),
        first: z.int().min(0).max(1_000_000),
        range: z.int().min(1).max(1_000_000),
      }),
    )
    .max(100)
    .optional(),
  /**
   * The image is good enough when 95 % of its pixels are at least as clean, by the measure of Cycles' noise threshold.
   * Absent: all samples are rendered.
   */
  noise: z.number().min(0.000_1).max(1).optional(),
})
export type Split = z.infer<typeof split>

/** The image before which a person or the noise threshold may stop is worth looking at. Ranges. */
export const fewestRanges = 2
/** Each costs a file of float channels to write, send and merge. */
export const mostRanges = 64

type Ranges = Pick<Split, 'samples' | 'range' | 'more'>

function partsOf({ range, more = [] }: Ranges) {
  return [{ place: 0, first: 0, range }, ...more]
}

export function countRanges(split: Ranges): number {
  const { place, first, range } = partsOf(split).at(-1)!
  return place + Math.ceil((split.samples - first) / range)
}

/** How many samples the first `ranges` have together. */
export function samplesUpTo(split: Ranges, ranges: number): number {
  const parts = partsOf(split)
  const at = Math.max(
    0,
    parts.findLastIndex(({ place }) => place < ranges),
  )
  const { place, first, range } = parts[at]!
  return Math.min(parts[at + 1]?.first ?? split.samples, first + (ranges - place) * range)
}

/** As many samples, of which the first `ranges` ranges are there: what follows is in ranges that are worth a file each. */
export function continueSplit(split: Split, ranges: number, samples: number): Split {
  const first = samplesUpTo(split, ranges)
  const range = Math.max(split.range, Math.ceil((samples - first) / mostRanges))
  const more = [...(split.more ?? []).filter(({ place }) => place < ranges), { place: ranges, first, range }]
  return { range: split.range, samples: Math.max(split.samples, samples), more }
}

/** The samples of range `index`. */
export function samplesOf(split: Ranges, index: number): { first: number; count: number } {
  const first = samplesUpTo(split, index)
  return { first, count: samplesUpTo(split, index + 1) - first }
}

/** `split.samples` is what the pattern of the samples is made for: it stays when the image is stopped early. */
export const stillSettings = renderSettings.extend({ frame: frameNumber, split })
