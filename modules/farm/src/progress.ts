import type { JobSummary } from '@backlot/contract/schemas/jobs'
import type { Tx } from '@backlot/db/tx'
import { secondsLeft, secondsPerFrame } from './eta.ts'
import { readProgress, type StepCounts } from './queries/read-progress.ts'

/** The part of a job's summary that the farm knows. */
export type JobProgress = Pick<JobSummary, 'frames' | 'tasks' | 'lastFrame' | 'thumbnail' | 'eta'>

/** Of each of these jobs. One whose work is gone, because the farm's tables were taken back once, has nothing to show. */
export async function progressOf(tx: Tx, jobIds: readonly string[]): Promise<Map<string, JobProgress>> {
  const rows = await readProgress(tx, jobIds)
  const byJob = Map.groupBy(rows, ({ jobId }) => jobId)
  return new Map(jobIds.map((jobId) => [jobId, summariseSteps(byJob.get(jobId) ?? [])]))
}

export function summariseSteps(steps: readonly StepCounts[]): JobProgress {
  const tasks = { queued: 0, running: 0, completed: 0, failed: 0, cancelled: 0 }
  for (const step of steps) {
    tasks.running += step.running
    tasks.completed += step.completed
    tasks.failed += step.failed
    const waiting = step.taskCount - step.running - step.completed - step.failed
    tasks[step.cancelled ? 'cancelled' : 'queued'] += waiting
  }
  const render = steps.find(({ kind }) => kind === 'render_frames')
  if (render === undefined) {
    const frames = { total: 0, completed: 0, failed: 0 }
    return { frames, tasks, lastFrame: null, thumbnail: null, eta: { seconds: null, secondsPerFrame: null } }
  }
  const { frameCount, framesCompleted, framesFailed, lastFrame, lastThumbnail, running } = render
  const perFrame = secondsPerFrame(render.recentSeconds)
  const remaining = { frames: frameCount - framesCompleted - framesFailed, working: running, secondsPerFrame: perFrame }
  return {
    frames: { total: frameCount, completed: framesCompleted, failed: framesFailed },
    tasks,
    lastFrame,
    thumbnail: lastThumbnail,
    eta: { seconds: secondsLeft(remaining), secondsPerFrame: perFrame },
  }
}
