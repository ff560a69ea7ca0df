import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startBacklot } from './src/command.ts'
import { createInstallation, type Installation } from './src/installation.ts'
import { descendants, findProcess, isAlive } from './src/processes.ts'
import { type SceneMaker, startSceneMaker } from './src/scenes.ts'
import { until } from './src/until.ts'

interface Shown {
  state: string
  frames: { total: number; completed: number; failed: number }
  tasks: { running: number }
}

const frameCount = 6
const server = /apps\/server\/src\/main/
const worker = /apps\/worker\/src\/main/
const renderer = /boot\.py/

let scenes: SceneMaker
let scene: string
beforeAll(async () => {
  scenes = await startSceneMaker()
  // About half a second a frame: long enough to be hit in the middle.
  scene = await scenes.make('project', {
    folder: join(scenes.folder, 'film'),
    frames: frameCount,
    samples: 256,
    size: 128,
  })
})
afterAll(() => scenes?.remove())

let site: Installation
beforeAll(async () => {
  site = await createInstallation()
})
afterAll(() => site?.remove())

const show = (jobId: string) => site.json<Shown>(['job', 'show', jobId])

async function submitAndWaitForFrame(): Promise<string> {
  const { jobId } = await site.json<{ jobId: string }>(['submit', scene])
  await until('the first frame', async () => (await show(jobId)).frames.completed > 0)
  return jobId
}

/** Every frame once, whole, and nothing else. */
async function expectWhole(jobId: string): Promise<void> {
  const state = await until(
    'the job to end',
    async () => {
      const { state } = await show(jobId)
      return ['completed', 'failed', 'cancelled'].includes(state) && state
    },
    120,
  )
  expect(state).toBe('completed')
  const folder = join(site.folder, `out-${jobId}`)
  const { files } = await site.json<{ files: { kind: string; name: string; frame: number | null; size: number }[] }>([
    'download',
    jobId,
    '--to',
    folder,
  ])
  const frames = files.filter(({ kind }) => kind === 'frame')
  expect(frames.map(({ frame }) => frame)).toEqual(Array.from({ length: frameCount }, (_, index) => index + 1))
  for (const { name, size } of frames) expect((await readFile(join(folder, name))).length).toBe(size)
}

/** Process ids of all that `up` has started, with the database, which is a session of its own. */
async function everythingOf({ up, folder }: Installation): Promise<number[]> {
  const children = await descendants(up().pid)
  return [...children.map(({ pid }) => pid), await postmaster(folder)]
}

async function postmaster(folder: string): Promise<number> {
  return Number((await readFile(join(folder, 'data/postgres/postmaster.pid'), 'utf8')).split('\n')[0])
}

async function kill(pattern: RegExp): Promise<void> {
  process.kill((await findProcess(site.up().pid, pattern)).pid, 'SIGKILL')
}

describe('what dies while frames render', () => {
  it('Blender: the frame is rendered again', async () => {
    const jobId = await submitAndWaitForFrame()
    await kill(renderer)
    await expectWhole(jobId)
  })

  it('the worker: its frames go on after it is started again', async () => {
    const jobId = await submitAndWaitForFrame()
    const { pid } = await findProcess(site.up().pid, renderer)
    await kill(worker)
    await until('its Blender to end', async () => !isAlive(pid), 15)
    await expectWhole(jobId)
  })

  it('the server: workers and clients wait for it', async () => {
    const jobId = await submitAndWaitForFrame()
    await kill(server)
    await until('the server to be back', async () => (await site.run(['jobs'])).code === 0)
    await expectWhole(jobId)
  })

  it('PostgreSQL: it is started again and nothing is lost', async () => {
    const jobId = await submitAndWaitForFrame()
    process.kill(await postmaster(site.folder), 'SIGKILL')
    await until('the database to be back', async () => (await site.run(['jobs'])).code === 0)
    await expectWhole(jobId)
  })

  it('everything: the next start goes on, and nothing else is left running', async () => {
    const jobId = await submitAndWaitForFrame()
    const before = await everythingOf(site)
    expect(before.length).toBeGreaterThan(3)
    await site.up().end('SIGKILL')
    await until('the children to end with their parent', async () => before.every((pid) => !isAlive(pid)), 40)
    await site.restart()
    await expectWhole(jobId)
  })
})

describe('what a person does while frames render', () => {
  it('cancel ends Blender within seconds and keeps finished frames', async () => {
    const jobId = await submitAndWaitForFrame()
    const { pid } = await findProcess(site.up().pid, renderer)
    await site.json(['job', 'cancel', jobId])
    await until('the job to be cancelled', async () => (await show(jobId)).state === 'cancelled', 30)
    expect(isAlive(pid)).toBe(false)
    const { frames } = await show(jobId)
    expect(frames.completed).toBeGreaterThan(0)
    await site.json(['job', 'requeue', jobId])
    await expectWhole(jobId)
  })

  it('pause finishes what renders and starts nothing more; resume goes on', async () => {
    const jobId = await submitAndWaitForFrame()
    await site.json(['job', 'pause', jobId])
    await until('running frames to finish', async () => (await show(jobId)).tasks.running === 0, 30)
    const { frames } = await show(jobId)
    await wait(2000)
    expect((await show(jobId)).frames.completed).toBe(frames.completed)
    await site.json(['job', 'resume', jobId])
    await expectWhole(jobId)
  })

  it('a second worker shares the frames', async () => {
    const token = (await site.json<{ secret: string }>(['token', 'create', '--name', 'second', '--worker'])).secret
    const env = { BACKLOT_DATA: join(site.folder, 'second'), BACKLOT_CONFIG: join(site.folder, 'config') }
    const second = await startBacklot(['worker', '--server', site.url, '--token', token, '--name', 'second'], { env })
    try {
      const { jobId } = await site.json<{ jobId: string }>(['submit', scene])
      await expectWhole(jobId)
    } finally {
      expect(await second.end()).toBe(0)
    }
  })
})

it('stops on Ctrl-C and leaves nothing running', async () => {
  const before = await everythingOf(site)
  expect(await site.up().end('SIGINT')).toBe(0)
  expect(before.filter(isAlive)).toEqual([])
  await site.restart()
})
