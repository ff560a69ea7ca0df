import { leaseSeconds } from '@backlot/contract/schemas/farm'
import type { StepKind } from '@backlot/contract/steps/registry'

export const leaseMilliseconds = leaseSeconds * 1000

/**
 * A lease that its worker does not mention for so long was never received (the answer was lost on the way): it is
 * given to another one instead of idling until it runs out. Longer than any answer takes, shorter than a lease.
 */
export const unmentionedMilliseconds = 10_000

/** No sign of life from the step itself for so long ends an attempt. Seconds. */
export const stallSeconds: Record<StepKind, number> = {
  trace: 300,
  pack: 300,
  upload: 300,
  // A big scene may be silent for minutes while it loads, builds its BVH or compiles kernels.
  render_frames: 1200,
  render_samples: 1200,
  merge_samples: 1200,
  contact_sheet: 300,
  encode_video: 900,
}

/** So often in a row a worker may be lost at a step without a frame in between: as often as it may fail in Flamenco. */
export const strikesForLoss = 3

/** Frames of one task whose length follows from the frame times: a lost one costs no more than these. */
export const mostFrames = 1000

/** Lines of one attempt that are kept; Blender can print thousands for a frame. */
export const logLinesPerAttempt = 2000

/** Leases that end in one transaction of a sweep. */
export const sweepBatch = 500

/** Hub: a worker's state, at most so often. Milliseconds. */
export const workerChangedInterval = 500

/**
 * So long a worker goes on with a job whose scene it has loaded, although it is somebody else's turn; nobody waits
 * longer for their share because of it than this and one task. Short jobs of two people would otherwise make it load
 * a scene (seconds to minutes) for every frame.
 */
export const stayMilliseconds = 60_000
