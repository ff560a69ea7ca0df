import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningCommand, startBacklot } from './src/command.ts'
import { createInstallation, type Installation } from './src/installation.ts'
import { findProcess } from './src/processes.ts'
import { type SceneMaker, startSceneMaker } from './src/scenes.ts'
import { until } from './src/until.ts'

/** One still on two workers, against the render by one. Denoised, so that it is merged before it is denoised. */
// Up to 256 samples Cycles' tables are the same for any number: a continued image is the one of that many at once.
const samples = 256
const renderer = /boot\.py/

interface Shown {
  state: string
  frames: { total: number; completed: number }
  samples: { total: number; completed: number; noise: number | null }
  steps: { name: string; status: string }[]
  thumbnail: string | null
}
let scenes: SceneMaker
let site: Installation
let second: RunningCommand
let scene: string
let whole: string
beforeAll(async () => {
  scenes = await startSceneMaker(({ version }) => version.startsWith('5.0'))
  scene = join(scenes.folder, 'still.blend')
  await scenes.run('test_still', { file: scene, kind: 'denoised', samples, size: 144 })
  site = await createInstallation()
  const { secret } = await site.json<{ secret: string }>(['token', 'create', '--name', 'second', '--worker'])
  second = await startBacklot(['worker', '--server', site.url, '--name', 'second'], {
    env: { BACKLOT_DATA: join(site.folder, 'second'), BACKLOT_WORKER_TOKEN: secret },
  })
  whole = await render(['--split', 'off'], 'whole')
})
afterAll(async () => {
  await second?.end()
  await site?.remove()
  await scenes?.remove()
})

const show = (jobId: string) => site.json<Shown>(['job', 'show', jobId])
const fetch = async (jobId: string, name: string) => {
  const to = join(site.folder, name)
  await site.json(['download', jobId, '--to', to])
  return join(to, '0001.exr')
}
const difference = (other: string, one = whole) =>
  scenes.run<{ worst: number; missing: string[] }>('test_exr_difference', { one, other })

async function render(args: readonly string[], name: string): Promise<string> {
  const { jobId, state } = await ended(await site.json<{ jobId: string }>(['submit', scene, ...args]))
  expect(state).toBe('completed')
  return fetch(jobId, name)
}

const submit = async (args: readonly string[] = []) =>
  (await site.json<{ jobId: string }>(['submit', scene, '--split', 'on', ...args])).jobId

async function ended({ jobId }: { jobId: string }): Promise<{ jobId: string; state: string }> {
  const state = await until(
    'the job to end',
    async () => {
      const { state } = await show(jobId)
      return ['completed', 'failed', 'cancelled'].includes(state) && state
    },
    120,
  )
  return { jobId, state }
}

describe('a still on two workers', () => {
  it('is the picture that one worker renders', async () => {
    const jobId = await submit()
    const preview = await until('a look at it', async () => (await show(jobId)).thumbnail ?? false, 60)
    expect(preview).toMatch(/^[0-9a-f]{64}$/)
    expect((await ended({ jobId })).state).toBe('completed')
    expect(await show(jobId)).toMatchObject({
      frames: { total: 1, completed: 1 },
      samples: { total: samples, completed: samples },
      steps: expect.arrayContaining([
        expect.objectContaining({ name: 'merge_samples', status: 'completed' }),
      ]) as unknown,
    })
    const ranges = (await tasksOf(jobId)).filter(({ step }) => step === 'render_samples')
    const workers = new Set(ranges.flatMap(({ workers }) => workers))
    expect(workers.size).toBe(2)
    const { worst, missing } = await difference(await fetch(jobId, 'split'))
    expect(missing).toEqual([])
    expect(worst).toBeLessThan(1e-5)
  })

  it('is the same when a Blender dies', async () => {
    const jobId = await submit()
    await until('samples', async () => (await show(jobId)).samples.completed > 0, 60)
    process.kill((await findProcess(second.pid, renderer)).pid, 'SIGKILL')
    expect((await ended({ jobId })).state).toBe('completed')
    expect((await difference(await fetch(jobId, 'killed'))).worst).toBeLessThan(1e-5)
  })

  it('can be continued to what it would have been', async () => {
    const jobId = await submit(['--samples', '64'])
    expect((await ended({ jobId })).state).toBe('completed')
    await site.json(['job', 'continue', jobId, '--samples', String(samples)])
    expect((await ended({ jobId })).state).toBe('completed')
    expect((await show(jobId)).samples).toMatchObject({ total: samples, completed: samples })
    expect((await difference(await fetch(jobId, 'continued'))).worst).toBeLessThan(1e-5)
  })

  it('is finished when a person says that it is good enough', async () => {
    const jobId = await submit(['--samples', '4096'])
    await until('samples', async () => (await show(jobId)).samples.completed > 0, 60)
    await site.json(['job', 'finish', jobId])
    expect((await ended({ jobId })).state).toBe('completed')
    const { total, completed } = (await show(jobId)).samples
    expect(completed).toBe(total)
    expect(total).toBeLessThan(4096)
    expect((await difference(await fetch(jobId, 'early'))).missing).toEqual([])
  })

  it('stops by itself when it is clean enough', async () => {
    const jobId = await submit(['--samples', '4096', '--noise', '0.2'])
    expect((await ended({ jobId })).state).toBe('completed')
    const { total, noise } = (await show(jobId)).samples
    expect(total).toBeLessThan(4096)
    expect(noise).toBeLessThanOrEqual(0.2)
  })
})

async function tasksOf(jobId: string): Promise<{ step: string; workers: string[] }[]> {
  const { secret } = await site.json<{ secret: string }>(['token', 'create', '--name', 'tasks'])
  const answer = await globalThis.fetch(`${site.url}/api/v1/jobs/${jobId}/tasks?limit=100`, {
    headers: { authorization: `Bearer ${secret}` },
  })
  const { items } = (await answer.json()) as { items: { step: string; attempts: { worker: string }[] }[] }
  return items.map(({ step, attempts }) => ({ step, workers: attempts.map(({ worker }) => worker) }))
}
