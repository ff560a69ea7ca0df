export interface RankedStep {
  stepId: string
  jobId: string
  /** Tasks that could be leased. */
  available: number
}

/** A worker with free slots, and the steps that it could work on, best first. */
export interface Asking {
  workerId: string
  slots: number
  steps: readonly RankedStep[]
}

/** One task of this step for this worker. */
export interface Grant {
  workerId: string
  stepId: string
  jobId: string
}

/**
 * Hands out the tasks of the ranked steps: each worker in turn takes the best that is left. No locks are held yet, so
 * a grant is a wish: a step may have fewer tasks by the time its job is locked.
 */
export function allocate(asking: readonly Asking[]): Grant[] {
  const left = new Map<string, number>()
  const grants: Grant[] = []
  for (const { workerId, slots, steps } of asking) {
    let free = slots
    for (const { stepId, jobId, available } of steps) {
      if (free === 0) break
      const before = left.get(stepId) ?? available
      const taken = Math.min(free, before)
      left.set(stepId, before - taken)
      free -= taken
      for (let count = 0; count < taken; count++) grants.push({ workerId, stepId, jobId })
    }
  }
  return grants
}
