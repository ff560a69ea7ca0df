import type { StepKind } from '@backlot/contract/steps/registry'
import { stallSeconds } from './limits.ts'

/**
 * A frame that has been silent for so many times what the slowest of the job's latest frames took in all hangs: even one
 * that tells nothing while it renders is over by then.
 */
const timesSlowest = 20
/** Whatever the frames take: a machine that swaps is no hang, and nothing is waited for longer than this. Seconds. */
const shortest = 120
const longest = 4 * 3600

/** How long an attempt may go without a sign of life: at first, and once its Blender has rendered a frame of the job. Seconds. */
export function patienceFor(
  kind: StepKind,
  slowest: number | null,
): { stallSeconds: number; settledStallSeconds: number } {
  const usual = stallSeconds[kind]
  if (slowest === null) return { stallSeconds: usual, settledStallSeconds: usual }
  const settledStallSeconds = Math.min(Math.max(slowest * timesSlowest, shortest), longest)
  return { stallSeconds: Math.max(usual, settledStallSeconds), settledStallSeconds }
}
