import { z } from 'zod'
import { frameNumber } from '../frames.ts'
import { renderSettings } from './render-settings.ts'

/** How one image is rendered in ranges of its samples. Range `n` has the samples from `n * range` on. */
export const split = z.object({
  /** Of the whole image. */
  samples: z.int().min(2).max(1_000_000),
  /** Of one range; the last may have fewer. */
  range: z.int().min(1).max(1_000_000),
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

export function countRanges({ samples, range }: Pick<Split, 'samples' | 'range'>): number {
  return Math.ceil(samples / range)
}

/** The samples of range `index`. */
export function samplesOf({ samples, range }: Pick<Split, 'samples' | 'range'>, index: number) {
  const first = index * range
  return { first, count: Math.min(range, samples - first) }
}

/** `split.samples` is what the pattern of the samples is made for: it stays when the image is stopped early. */
export const sampleSettings = renderSettings.extend({ frame: frameNumber, split })
export const mergeSettings = renderSettings.extend({ frame: frameNumber, split })
