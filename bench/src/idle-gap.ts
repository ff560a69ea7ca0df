import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInstallation } from '@backlot/tests/installation'
import { startSceneMaker } from '@backlot/tests/scenes'
import { atMost, type Benchmark, type BenchmarkOptions, type BenchmarkResult, percentile } from './benchmark.ts'

export const idleGap: Benchmark = {
  name: 'idle-gap',
  summary: "how long a worker's Blender waits between two tasks",
  run,
}

async function run({ quick, note, signal }: BenchmarkOptions): Promise<BenchmarkResult[]> {
  const frames = quick ? 40 : 300
  const maker = await startSceneMaker()
  const installation = await createInstallation()
  try {
    const file = join(maker.folder, 'single.blend')
    await maker.make('single', { file, samples: 16, size: 64 })
    const args = ['submit', file, '--frames', `1-${frames}`, '--blender', maker.blender.version, '--no-video']
    const result = await installation.run([...args, '--follow', '--json'], { timeout: 900_000, signal })
    if (result.code !== 0) throw new Error(`The job failed:\n${result.stdout.slice(-2000)}\n${result.stderr}`)
    const gaps = readGaps(await readFile(join(installation.folder, 'data/logs/worker.log'), 'utf8'))
    // The contact sheet is a task too; the first task follows none.
    if (gaps.length < frames - 1) throw new Error(`The worker tells of ${gaps.length} gaps between ${frames} tasks.`)
    const shares = [0.5, 0.9, 1].map((share) => percentile(gaps, share))
    note(`${gaps.length} gaps: median ${shares[0]} ms, p90 ${shares[1]} ms, longest ${shares[2]} ms`)
    return [
      atMost(
        {
          name: 'idle-gap',
          metric: `p99 of ${gaps.length} gaps between tasks of one frame`,
          value: percentile(gaps, 0.99),
          unit: 'ms',
        },
        50,
      ),
    ]
  } finally {
    await installation.remove()
    await maker.remove()
  }
}

function readGaps(log: string): number[] {
  return log.split('\n').flatMap((line) => {
    const gap = /"idle_gap_ms":([\d.]+)/.exec(line)?.[1]
    return gap === undefined ? [] : [Number(gap)]
  })
}
