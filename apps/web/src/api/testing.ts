import type { FrameInfo, JobSummary } from '@backlot/contract/schemas/jobs'

/** A job as the API gives it, for tests; `number` orders them by creation (larger is newer). */
export function sampleJob(number: number, change: Partial<JobSummary> = {}): JobSummary {
  return {
    jobId: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    name: `shot_${number}`,
    state: 'running',
    priority: 50,
    projectId: '00000000-0000-4000-8000-00000000aaaa',
    createdBy: 'Ada',
    createdAt: new Date(Date.UTC(2026, 0, 1, 0, number)).toISOString(),
    startedAt: null,
    endedAt: null,
    frames: { total: 10, completed: 0, failed: 0 },
    tasks: { queued: 10, running: 0, completed: 0, failed: 0, cancelled: 0 },
    samples: null,
    awaitsApproval: false,
    lastFrame: null,
    thumbnail: null,
    eta: { seconds: null, secondsPerFrame: null, p50: null, p80: null },
    error: null,
    ...change,
  }
}

export function sampleFrame(frame: number, change: Partial<FrameInfo> = {}): FrameInfo {
  return {
    frame,
    state: 'queued',
    file: null,
    thumbnail: null,
    renderSeconds: null,
    progress: null,
    worker: null,
    blender: null,
    device: null,
    settingsHash: null,
    warnings: [],
    ...change,
  }
}
