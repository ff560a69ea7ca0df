import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@backlot/contract/client'
import type { FrameInfo, JobSummary } from '@backlot/contract/schemas/jobs'
import { startTestServer } from '@backlot/sdk/testing/http-server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Connection } from './connection.ts'
import type { CliContext } from './context.ts'
import { captureOutput } from './testing/captured-output.ts'
import { exitCodeOfJob, watchJob } from './watch-job.ts'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'backlot-watch-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

const jobId = crypto.randomUUID()
const at = '2030-01-01T00:00:00.000Z'
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex')

function job(state: JobSummary['state'], frames: JobSummary['frames']): JobSummary {
  const nothing = {
    samples: null,
    awaitsApproval: false,
    startedAt: null,
    endedAt: null,
    lastFrame: null,
    thumbnail: null,
    error: null,
  }
  const tasks = { queued: 0, running: 0, completed: 0, failed: 0, cancelled: 0 }
  const eta = { seconds: null, secondsPerFrame: null, p50: null, p80: null }
  const projectId = crypto.randomUUID()
  return {
    jobId,
    name: 'shot',
    state,
    priority: 50,
    projectId,
    createdBy: 'Ada',
    createdAt: at,
    frames,
    tasks,
    eta,
    ...nothing,
  }
}

function completed(frame: number, content: string, folder: string): FrameInfo {
  const file = { name: `${folder}/000${frame}.png`, sha256: hashOf(content), size: content.length }
  const nothing = { thumbnail: null, progress: null, worker: null, blender: null, device: null }
  return { frame, state: 'completed', file, renderSeconds: 0.5, settingsHash: null, warnings: [], ...nothing }
}

/** A server with one job, whose frames' files are these texts. Each question for the job moves to the next state. */
async function studio(states: JobSummary['state'][], contents: string[], folder = 'beauty') {
  const blobs = new Map(contents.map((text) => [hashOf(text), text]))
  const frames = contents.map((text, index) => completed(index + 1, text, folder))
  const server = await startTestServer(({ path }) => {
    if (path.endsWith('/frames')) return { json: { items: frames } }
    if (path.endsWith('/events') || path.endsWith('/outputs')) return { json: { items: [] } }
    const blob = blobs.get(path.split('/').at(-1) ?? '')
    if (blob !== undefined) return { raw: blob, status: 200 }
    const state = (states.length > 1 ? states.shift() : states[0]) ?? 'running'
    const summary = job(state, { total: contents.length, completed: contents.length, failed: 0 })
    const document = { version: 1, job_id: jobId, created_at: at, state, steps: [], error: null, result: null }
    const render = { blendPath: 'shot.blend' }
    const settings = { version: 1, name: 'shot', treeId: 'a'.repeat(64), frames: '1-2', fileVersion: 500, render }
    return { json: { ...summary, document, settings } }
  })
  const unheard = () => () => undefined
  const connection: Connection = {
    server: server.url,
    client: createClient({ server: server.url }),
    // A hub that is never reached: the job is asked for instead.
    hub: () => ({ subscribe: unheard, onState: unheard, close: () => undefined }),
  }
  return { server, connection }
}

function contextWith(json: boolean) {
  const captured = captureOutput(json)
  return { ...captured, context: { output: captured.output, signal: new AbortController().signal } as CliContext }
}

describe('watching a job', () => {
  it('fetches every frame once, whole, under its own name, and leaves what is there', async () => {
    const { server, connection } = await studio(['running', 'completed'], ['first frame', 'second frame'])
    await using _ = server
    const { context } = contextWith(false)
    const there = join(folder, 'beauty', '0002.png')
    await watchJob(context, connection, { jobId, downloadTo: folder })
    await rm(join(folder, 'beauty', '0001.png'))
    server.requests.length = 0
    const { frames, job } = await watchJob(context, connection, { jobId, downloadTo: folder })
    expect(job.state).toBe('completed')
    expect(frames.map(({ frame, path }) => [frame, path])).toEqual([
      [1, join(folder, 'beauty', '0001.png')],
      [2, there],
    ])
    expect(await readFile(there, 'utf8')).toBe('second frame')
    expect((await readdir(join(folder, 'beauty'))).toSorted()).toEqual(['0001.png', '0002.png'])
    expect(server.requests.filter(({ path }) => path.includes('/blobs/'))).toHaveLength(1)
  })

  it('prints each update as a JSON line, and fetches nothing without a folder', async () => {
    const { server, connection } = await studio(['completed'], ['only frame'])
    await using _ = server
    const { context, stdout } = contextWith(true)
    const { frames } = await watchJob(context, connection, { jobId, printUpdates: true })
    expect(frames).toMatchObject([{ frame: 1, sha256: hashOf('only frame') }])
    expect(frames[0]).not.toHaveProperty('path')
    const lines = stdout().trim().split('\n')
    expect(lines.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual(['frame', 'job'])
    expect(server.requests.some(({ path }) => path.includes('/blobs/'))).toBe(false)
  })

  it('gives names that Windows can have, and says so', async () => {
    const { server, connection } = await studio(['completed'], ['one', 'two'], 'Aux:1')
    await using _ = server
    const { context, stderr } = contextWith(false)
    const told: string[] = []
    const files: string[] = []
    const { frames } = await watchJob(context, connection, {
      jobId,
      downloadTo: folder,
      platform: 'win32',
      warn: (message) => told.push(message),
      onFile: ({ target }) => files.push(target),
    })
    const places = ['0001.png', '0002.png'].map((name) => join(folder, 'Aux%3A1', name))
    expect(frames.map(({ path }) => path)).toEqual(places)
    expect(files.toSorted()).toEqual(places)
    expect(told).toContain('This system has no file called Aux:1/0001.png: it is Aux%3A1/0001.png.')
    expect(stderr()).toContain('Aux%3A1/0001.png')
  })

  it('ends at once when a frame can not be written, not when the job has ended', async () => {
    const { server, connection } = await studio(['running'], ['a frame'])
    await using _ = server
    await writeFile(join(folder, 'beauty'), 'a file where the folder should be')
    const watching = watchJob(contextWith(false).context, connection, { jobId, downloadTo: folder })
    await expect(watching).rejects.toThrow(/EEXIST|ENOTDIR|unreadable|beauty/)
  })
})

it.each([
  ['completed', { total: 2, completed: 2, failed: 0 }, 0],
  ['failed', { total: 2, completed: 1, failed: 1 }, 6],
  ['failed', { total: 2, completed: 0, failed: 2 }, 1],
  ['cancelled', { total: 2, completed: 1, failed: 0 }, 1],
] as const)('a job that has %s with %j ends the command with %i', (state, frames, code) => {
  expect(exitCodeOfJob(job(state, frames))).toBe(code)
})
