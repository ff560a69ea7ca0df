import { join } from 'node:path'
import { type RunningCommand, startBacklot } from '@backlot/tests/command'
import { createInstallation, type Installation } from '@backlot/tests/installation'
import { startSceneMaker } from '@backlot/tests/scenes'
import { until } from '@backlot/tests/until'
import {
  atMost,
  type Benchmark,
  type BenchmarkOptions,
  type BenchmarkResult,
  cheaperThan,
  median,
} from './benchmark.ts'

/**
 * One still of 256 samples on two workers, in ranges of its samples, against one worker that renders it whole. Each worker
 * is bound to one core, so that two workers on a machine of two cores are two machines. (Cycles in the bpy module takes all
 * cores whatever number of threads a scene asks for.)
 */
export const still: Benchmark = {
  name: 'still',
  summary: 'one still of 256 samples on two workers, against one',
  run,
}

const samples = 256

async function run(options: BenchmarkOptions): Promise<BenchmarkResult[]> {
  const rounds = options.quick ? 1 : 3
  const maker = await startSceneMaker(({ version }) => version.startsWith('5.0'))
  const site = await createInstallation({ worker: false })
  const file = join(maker.folder, 'still.blend')
  await maker.run('test_still', { file, kind: 'plain', samples, size: options.quick ? 96 : 192 })
  const workers = [await startWorker(site, 0), await startWorker(site, 1)]
  try {
    const one: number[] = []
    const two: number[] = []
    let worst = 0
    // Both workers have a Blender with the scene loaded: the first round does not count.
    for (let round = 0; round <= rounds; round++) {
      const whole = await render(site, file, 'off', `whole-${round}`)
      const split = await render(site, file, 'on', `split-${round}`)
      const difference = await maker.run<{ worst: number }>('test_exr_difference', {
        one: whole.path,
        other: split.path,
      })
      options.note(
        `round ${round}: one worker ${whole.seconds.toFixed(2)} s, two workers ${split.seconds.toFixed(2)} s, ` +
          `largest difference ${difference.worst.toExponential(1)}`,
      )
      worst = Math.max(worst, difference.worst)
      if (round === 0) continue
      one.push(whole.seconds)
      two.push(split.seconds)
    }
    const metric = `one still of ${samples} samples, from the first lease to the merged frame, two workers`
    return [
      cheaperThan(
        { name: 'still', metric, value: median(two), unit: 's' },
        { name: 'one worker, not split', value: median(one) },
        1.7,
      ),
      atMost(
        { name: 'still', metric: 'largest difference to the unsplit image, float EXR', value: worst, unit: '' },
        1e-5,
      ),
    ]
  } finally {
    for (const worker of workers) await worker.end()
    await site.remove()
    await maker.remove()
  }
}

/** On this core alone, with all that it starts. */
async function startWorker(site: Installation, core: number): Promise<RunningCommand> {
  const name = `core ${core}`
  const { secret } = await site.json<{ secret: string }>(['token', 'create', '--name', name, '--worker'])
  return startBacklot(['worker', '--server', site.url, '--name', name], {
    env: { BACKLOT_DATA: join(site.folder, `worker-${core}`), BACKLOT_WORKER_TOKEN: secret },
    under: ['taskset', '-c', String(core)],
  })
}

async function render(site: Installation, file: string, split: 'on' | 'off', name: string) {
  const { jobId } = await site.json<{ jobId: string }>(['submit', file, '--split', split])
  const job = await until(
    'the still',
    async () => {
      const shown = await site.json<{ state: string; startedAt: string; endedAt: string }>(['job', 'show', jobId])
      if (shown.state === 'failed' || shown.state === 'cancelled')
        throw new Error(`The job ${jobId} has ${shown.state}.`)
      return shown.state === 'completed' && shown
    },
    600,
  )
  const to = join(site.folder, name)
  await site.json(['download', jobId, '--to', to])
  return { seconds: (Date.parse(job.endedAt) - Date.parse(job.startedAt)) / 1000, path: join(to, '0001.exr') }
}
