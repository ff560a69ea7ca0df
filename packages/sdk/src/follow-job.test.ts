import { createClient } from '@backlot/contract/client'
import type { FrameInfo, JobSummary, PipelineEvent } from '@backlot/contract/schemas/jobs'
import { describe, expect, it } from 'vitest'
import { followJob, type JobUpdate, type LiveEvents } from './follow-job.ts'
import { startTestServer, type TestAnswer, type TestRequest } from './testing/http-server.ts'

const jobId = crypto.randomUUID()
const at = '2030-01-01T00:00:00.000Z'

function job(state: JobSummary['state'], completed: number): JobSummary {
  return {
    jobId,
    name: 'shot',
    state,
    priority: 50,
    samples: null,
    awaitsApproval: false,
    projectId: crypto.randomUUID(),
    createdBy: 'Ada',
    createdAt: at,
    startedAt: at,
    endedAt: null,
    frames: { total: 2, completed, failed: 0 },
    tasks: { queued: 2 - completed, running: 0, completed, failed: 0, cancelled: 0 },
    lastFrame: null,
    thumbnail: null,
    eta: { seconds: null, secondsPerFrame: null, p50: null, p80: null },
    error: null,
  }
}
function detail(summary: JobSummary) {
  const document = {
    version: 1,
    job_id: jobId,
    created_at: at,
    state: summary.state,
    steps: [],
    error: null,
    result: null,
  }
  const settings = {
    version: 1,
    name: 'shot',
    treeId: 'a'.repeat(64),
    frames: '1-2',
    fileVersion: 500,
    render: { blendPath: 'shot.blend' },
  }
  return { ...summary, document, settings }
}
function frame(number: number, state: FrameInfo['state']): FrameInfo {
  const nothing = { file: null, thumbnail: null, renderSeconds: null, progress: null, worker: null, blender: null }
  return { frame: number, state, ...nothing, device: null, settingsHash: null, warnings: [] }
}
function event(message: string): PipelineEvent {
  const context = {}
  return {
    eventId: crypto.randomUUID(),
    at,
    step: null,
    kind: 'note',
    level: 'info',
    message,
    durationSeconds: null,
    context,
  }
}

/** A server whose job is `scene.current`; the test changes it. */
async function studio(scene: { job: JobSummary; frames: FrameInfo[]; events: PipelineEvent[] }) {
  let outage = false
  const server = await startTestServer(({ path }: TestRequest): TestAnswer => {
    if (outage) return 'hang up'
    if (path.endsWith('/frames')) return { json: { items: scene.frames } }
    if (path.endsWith('/events')) return { json: { items: scene.events } }
    return { json: detail(scene.job) }
  })
  const client = createClient({ server: server.url })
  return { server, client, setOutage: (value: boolean) => (outage = value) }
}

function liveEvents() {
  const handlers = new Map<string, (event: { topic: string; payload: unknown }) => void>()
  let listener: Parameters<LiveEvents['onState']>[0] = () => undefined
  const live: LiveEvents = {
    subscribe: (pattern, handler) => {
      handlers.set(pattern, handler)
      return () => handlers.delete(pattern)
    },
    onState: (given) => {
      listener = given
      return () => (listener = () => undefined)
    },
  }
  const send = (topic: string, payload: unknown) => handlers.get(topic)?.({ topic, payload })
  return { live, send, handlers, state: (state: Parameters<typeof listener>[0]) => listener(state) }
}

const labels = (updates: JobUpdate[]) =>
  updates.map((update) => {
    if (update.kind === 'job') return `job ${update.job.state}`
    if (update.kind === 'frame') return `frame ${update.frame.frame} ${update.frame.state}`
    if (update.kind === 'event') return update.event.message
    return update.kind === 'connection' ? `reachable ${update.reachable}` : 'log'
  })

describe('following a job', () => {
  it('tells each change once by asking again and again, and ends with the final state', async () => {
    const scene = { job: job('queued', 0), frames: [frame(1, 'queued')], events: [event('submitted')] }
    const { server, client } = await studio(scene)
    await using _ = server
    const updates: JobUpdate[] = []
    for await (const update of followJob({ client, jobId, pollEvery: 5 })) {
      updates.push(update)
      if (updates.length === 3) {
        scene.frames = [frame(1, 'completed')]
        scene.events = [...scene.events, event('done')]
        scene.job = job('completed', 2)
      }
    }
    expect(labels(updates)).toEqual([
      'frame 1 queued',
      'submitted',
      'job queued',
      'frame 1 completed',
      'done',
      'job completed',
    ])
  })

  it('tells live events at once, asks after a gap and before the end, and lets go of the hub', async () => {
    const scene = { job: job('running', 0), frames: [frame(1, 'running'), frame(2, 'queued')], events: [] }
    const { server, client } = await studio(scene)
    await using _ = server
    const { live, send, state, handlers } = liveEvents()
    const updates: JobUpdate[] = []
    const follow = followJob({ client, jobId, live, pollEvery: 60_000, checkEvery: 60_000 })
    const reached = async (label: string) => {
      for (;;) {
        const { value } = await follow.next()
        if (value === undefined) return
        updates.push(value)
        if (labels([value])[0] === label) return
      }
    }
    await reached('job running')
    state('online')
    scene.frames = [frame(1, 'completed'), frame(2, 'queued')]
    send(`job.${jobId}.frame`, frame(1, 'completed'))
    await reached('frame 1 completed')
    scene.frames = [frame(1, 'completed'), frame(2, 'running')]
    state('lagged')
    await reached('frame 2 running')
    scene.frames = [frame(1, 'completed'), frame(2, 'completed')]
    scene.job = job('completed', 2)
    send(`job.${jobId}.changed`, scene.job)
    await reached('the end')
    expect(labels(updates)).toEqual([
      'frame 1 running',
      'frame 2 queued',
      'job running',
      'frame 1 completed',
      'frame 2 running',
      'frame 2 completed',
      'job completed',
    ])
    expect(handlers.size).toBe(0)
  })

  it('waits for a server that went away, and says so once', async () => {
    const scene = { job: job('running', 0), frames: [], events: [] }
    const { server, client, setOutage } = await studio(scene)
    await using _ = server
    const updates: JobUpdate[] = []
    for await (const update of followJob({ client, jobId, pollEvery: 5 })) {
      updates.push(update)
      if (updates.length === 1) setOutage(true)
      if (update.kind === 'connection' && !update.reachable) {
        scene.job = job('failed', 0)
        setTimeout(() => setOutage(false), 40)
      }
    }
    expect(labels(updates)).toEqual(['job running', 'reachable false', 'reachable true', 'job failed'])
  })

  it('throws what can not pass, and stops when it is aborted', async () => {
    await using server = await startTestServer(() => ({ error: 'job.not_found' }))
    const client = createClient({ server: server.url })
    await expect(followJob({ client, jobId }).next()).rejects.toMatchObject({ code: 'job.not_found' })
    const scene = { job: job('running', 0), frames: [], events: [] }
    const { server: other, client: patient } = await studio(scene)
    await using _ = other
    const abort = new AbortController()
    const updates = followJob({ client: patient, jobId, pollEvery: 60_000, signal: abort.signal })
    await updates.next()
    const waiting = updates.next()
    abort.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
  })
})
