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
}

/** Seconds until the last frame with the workers that are at work now; null when nobody works or nothing is measured. */
export function secondsLeft({ frames, working, secondsPerFrame }: Remaining): number | null {
  if (frames === 0) return 0
  if (secondsPerFrame === null || working === 0) return null
  return (frames * secondsPerFrame) / Math.min(working, frames)
}
