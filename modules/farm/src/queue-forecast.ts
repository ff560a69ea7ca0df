import type { QueueForecast } from '@backlot/contract/schemas/farm'
import type { Tx } from '@backlot/db/tx'
import { fewestForForecast, forecast } from './eta.ts'
import { findOpenRenders } from './queries/find-open-renders.ts'
import { readHistory } from './queries/read-history.ts'
import { visibleWorkers } from './queries/visible-workers.ts'

/** When all that the tenant has queued will be rendered, by the workers that serve it. */
export async function forecastQueue(tx: Tx): Promise<QueueForecast> {
  const open = await findOpenRenders(tx)
  const unmeasured = open
    .filter(({ recentSeconds }) => recentSeconds.length < fewestForForecast)
    .map(({ stepId }) => stepId)
  const history = new Map(
    (unmeasured.length === 0 ? [] : await readHistory(tx, unmeasured)).map(({ stepId, seconds }) => [stepId, seconds]),
  )
  const workers = await visibleWorkers(tx)
  const slots = workers.reduce((sum, { takesWork, slots }) => sum + (takesWork ? slots : 0), 0)
  const work = open.map(({ stepId, frames, recentSeconds }) => ({
    frames,
    seconds: recentSeconds.length < fewestForForecast ? (history.get(stepId) ?? []) : recentSeconds,
  }))
  return sumUp(work, slots)
}

/**
 * What one worker would take for each job, added up and shared out. What makes one job uncertain says nothing of another, so
 * that doubts add up by their squares. Jobs of which nothing is known are taken for like the others.
 */
export function sumUp(work: readonly { frames: number; seconds: readonly number[] }[], slots: number): QueueForecast {
  const frames = work.reduce((sum, job) => sum + job.frames, 0)
  const known = work.flatMap((job) => {
    const alone = forecast({ frames: job.frames, working: 1, secondsPerFrame: null, recent: job.seconds })
    return alone === null ? [] : [{ frames: job.frames, ...alone }]
  })
  const knownFrames = known.reduce((sum, job) => sum + job.frames, 0)
  const counts = { jobs: work.length, frames, slots, unknownFrames: frames - knownFrames }
  if (frames === 0) return { ...counts, workerSeconds: 0, p50: 0, p80: 0 }
  if (knownFrames === 0) return { ...counts, workerSeconds: null, p50: null, p80: null }
  const like = frames / knownFrames
  const workerSeconds = known.reduce((sum, { p50 }) => sum + p50, 0) * like
  const doubt = Math.hypot(...known.map(({ p50, p80 }) => p80 - p50)) * like
  if (slots === 0) return { ...counts, workerSeconds, p50: null, p80: null }
  return { ...counts, workerSeconds, p50: workerSeconds / slots, p80: (workerSeconds + doubt) / slots }
}
