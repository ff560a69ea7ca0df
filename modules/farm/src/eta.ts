/** How many of a step's latest frame times the estimate looks at. */
export const recentFrames = 32

/**
 * Seconds of one frame: the mean without the fastest and the slowest fifth, because a first frame compiles kernels or
 * shaders (EEVEE: 10 s, then 2 s) and a frame without the hero is over at once. Null without a measurement.
 */
export function secondsPerFrame(recent: readonly number[]): number | null {
  if (recent.length === 0) return null
  const sorted = recent.toSorted((a, b) => a - b)
  const cut = Math.floor(sorted.length / 5)
  const kept = sorted.slice(cut, sorted.length - cut)
  return kept.reduce((sum, seconds) => sum + seconds, 0) / kept.length
}

export interface Remaining {
  frames: number
  /** Attempts at work on the step. */
  working: number
  secondsPerFrame: number | null
  /** The latest frame times, in the order in which they came. Seconds. */
  recent?: readonly number[]
}

/** Seconds until the last frame with the workers that are at work now; null when nobody works or nothing is measured. */
export function secondsLeft({ frames, working, secondsPerFrame }: Remaining): number | null {
  if (frames === 0) return 0
  if (secondsPerFrame === null || working === 0) return null
  return (frames * secondsPerFrame) / Math.min(working, frames)
}

/** From so many frame times on an end is forecast: fewer say nothing of how much they differ. */
export const fewestForForecast = 3
/** The normal deviate below which 80 % lie. */
const p80 = 0.8416

export interface Forecast {
  /** As likely earlier as later. Seconds from now. */
  p50: number
  /** Four times out of five it is done by then. */
  p80: number
}

/**
 * When the last frame will be there, with how sure that is; null where nobody works or too little is measured.
 *
 * A worker's share of what is left is a sum of frame times. What makes it uncertain: frames differ, which averages out over
 * many; the level of those that were measured is not that of those to come, and neighbours resemble each other, so that n
 * of them tell as much as `effective` independent ones; and a shot that gets heavier may go on getting heavier, or not:
 * half of its slope is believed, the other half is doubt. What workers have in hand is half done, and the last of them
 * ends half a frame after the others: the two cancel out.
 */
export function forecast({ frames, working, recent = [] }: Remaining): Forecast | null {
  if (frames === 0) return { p50: 0, p80: 0 }
  if (working === 0 || recent.length < fewestForForecast) return null
  const own = withoutWarmUp(recent)
  const count = own.length
  const mean = own.reduce((sum, seconds) => sum + seconds, 0) / count
  const slope = slopeOf(own, mean)
  const rest = own.map((seconds, index) => seconds - mean - slope * (index - (count - 1) / 2))
  const spread = Math.sqrt(rest.reduce((sum, each) => sum + each ** 2, 0) / count)
  const alike = likeness(rest)
  const effective = Math.max(1, (count * (1 - alike)) / (1 + alike))
  // From the middle of what was measured to the middle of what is left, though no further than was ever seen.
  const ahead = Math.min((count + frames) / 2, 2 * count)
  const level = Math.max(Math.min(...own), mean + (slope * ahead) / 2)
  const share = frames / Math.min(working, frames)
  const p50 = share * level
  const doubt = Math.hypot(
    spread * Math.sqrt(share),
    (spread / Math.sqrt(effective)) * share,
    Math.abs((slope * ahead) / 2) * share,
    unseen * mean * share * Math.sqrt(Math.min(1, frames / (frames + count))),
  )
  return { p50, p80: p50 + p80 * doubt }
}

/** So much heavier, as a part, the frames to come are in a shot about which nothing else is known. */
const unseen = 0.15

/** Of a line through the times: seconds that each frame takes more than the one before. */
function slopeOf(values: readonly number[], mean: number): number {
  const middle = (values.length - 1) / 2
  const across = values.reduce((sum, _, index) => sum + (index - middle) ** 2, 0)
  if (across === 0 || values.length < 2 * fewestForForecast) return 0
  return values.reduce((sum, value, index) => sum + (index - middle) * (value - mean), 0) / across
}

/** Without a first frame that took more than all others: it loaded, compiled, built. */
function withoutWarmUp(recent: readonly number[]): readonly number[] {
  const [first = 0, ...others] = recent
  return others.length >= 2 && first > 1.5 * Math.max(...others) ? others : recent
}

/** How much a frame's time resembles the one before it: 0 not at all, towards 1 altogether (lag-1 autocorrelation). */
function likeness(deviations: readonly number[]): number {
  const variance = deviations.reduce((sum, each) => sum + each ** 2, 0)
  if (variance === 0) return 0
  const together = deviations.slice(1).reduce((sum, each, index) => sum + each * (deviations[index] as number), 0)
  return Math.min(0.9, Math.max(0, together / variance))
}
