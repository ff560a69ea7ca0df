import type { JobSummary } from '@backlot/contract/schemas/jobs'
import { makesFrames } from '@backlot/contract/steps/registry'
import { samplesUpTo } from '@backlot/contract/steps/sample-settings'
import type { Tx } from '@backlot/db/tx'
import { fewestForForecast, forecast, secondsLeft, secondsPerFrame } from './eta.ts'
import { mostFrames } from './limits.ts'
import { readHistory } from './queries/read-history.ts'
import { readProgress, type StepCounts } from './queries/read-progress.ts'

/** The part of a job's summary that the farm knows. */
export type JobProgress = Pick<
  JobSummary,
  'frames' | 'tasks' | 'samples' | 'awaitsApproval' | 'lastFrame' | 'thumbnail' | 'eta'
>

/** Of each of these jobs. One whose work is gone, because the farm's tables were taken back once, has nothing to show. */
export async function progressOf(tx: Tx, jobIds: readonly string[]): Promise<Map<string, JobProgress>> {
  const rows = await readProgress(tx, jobIds)
  const byJob = Map.groupBy(await withHistory(tx, rows), ({ jobId }) => jobId)
  return new Map(jobIds.map((jobId) => [jobId, summariseSteps(byJob.get(jobId) ?? [])]))
}

/** Steps at work of which too little is measured get the frame times of an earlier render of the same file. */
async function withHistory(tx: Tx, rows: readonly StepCounts[]): Promise<StepCounts[]> {
  const needy = rows.filter(({ kind, running, recentSeconds }) => {
    return kind === 'render_frames' && running > 0 && recentSeconds.length < fewestForForecast
  })
  if (needy.length === 0) return [...rows]
  const found = await readHistory(
    tx,
    needy.map(({ stepId }) => stepId),
  )
  const history = new Map(found.map(({ stepId, seconds }) => [stepId, seconds]))
  return rows.map((row) => ({ ...row, recentSeconds: history.get(row.stepId) ?? row.recentSeconds }))
}

/** All that may be handed out is done, and more waits for a person. */
function awaitsApproval({ running, requeued, isHeldBack, cancelled }: StepCounts): boolean {
  return isHeldBack && running === 0 && requeued === 0 && !cancelled
}

/** Tasks that have no row yet; by the latest frame times, where these make their length. */
function countUnmade({ placesLeft, chunk, taskSeconds, recentSeconds }: StepCounts): number {
  const perFrame = secondsPerFrame(recentSeconds)
  const length = chunk ?? (perFrame === null ? 1 : Math.max(1, Math.floor(taskSeconds / Math.max(perFrame, 0.001))))
  return Math.ceil(placesLeft / Math.min(length, mostFrames))
}

function samplesOfStill(ranges: StepCounts | undefined): JobProgress['samples'] {
  if (ranges?.split == null) return null
  const { split, frameCount, framesCompleted, noise } = ranges
  return { total: samplesUpTo(split, frameCount), completed: samplesUpTo(split, framesCompleted), noise }
}

export function summariseSteps(steps: readonly StepCounts[]): JobProgress {
  const tasks = { queued: 0, running: 0, completed: 0, failed: 0, cancelled: 0 }
  for (const step of steps) {
    tasks.running += step.running
    tasks.completed += step.completed
    tasks.failed += step.failed
    tasks[step.cancelled ? 'cancelled' : 'queued'] += step.requeued + countUnmade(step)
  }
  const render = steps.find(({ kind }) => makesFrames(kind))
  // The work of a still in ranges of samples: its one frame is done when that is merged.
  const ranges = steps.find(({ kind }) => kind === 'render_samples')
  if (render === undefined) {
    const frames = { total: 0, completed: 0, failed: 0 }
    return {
      frames,
      tasks,
      samples: null,
      awaitsApproval: false,
      lastFrame: null,
      thumbnail: null,
      eta: { seconds: null, secondsPerFrame: null, p50: null, p80: null },
    }
  }
  const { frameCount, framesCompleted, framesFailed, lastFrame } = render
  const work = ranges ?? render
  const perPlace = secondsPerFrame(work.recentSeconds)
  const left = work.frameCount - work.framesCompleted - work.framesFailed
  const remaining = { frames: left, working: work.running, secondsPerFrame: perPlace, recent: work.recentSeconds }
  const likely = forecast(remaining)
  return {
    frames: { total: frameCount, completed: framesCompleted, failed: framesFailed },
    tasks,
    samples: samplesOfStill(ranges),
    awaitsApproval: awaitsApproval(render),
    lastFrame,
    // Until the image is there, what a worker has of it.
    thumbnail: render.lastThumbnail ?? ranges?.lastThumbnail ?? null,
    eta: {
      seconds: secondsLeft(remaining),
      secondsPerFrame: perPlace,
      p50: likely?.p50 ?? null,
      p80: likely?.p80 ?? null,
    },
  }
}
