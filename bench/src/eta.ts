import { readFile } from 'node:fs/promises'
import { type Calibration, replay, type Run } from '@backlot/tests/eta-replay'
import { randomFrom } from '@backlot/tests/simulator/random'
import { atMost, type Benchmark, type BenchmarkOptions, type BenchmarkResult, median } from './benchmark.ts'

/**
 * Replays runs with 1 to 8 workers and looks how often a job was done by the time that was told with 80 %. Recorded runs
 * are real renders; the others are shapes that shots have, drawn from a fixed seed.
 */
export const eta: Benchmark = {
  name: 'eta',
  summary: 'how often a job is done by the time that was told with 80 %',
  run,
}

const recorded = new URL('../fixtures/frame-times.json', import.meta.url)
const workerCounts = [1, 2, 4, 8]

async function run(options: BenchmarkOptions): Promise<BenchmarkResult[]> {
  const { runs } = JSON.parse(await readFile(recorded, 'utf8')) as { runs: Run[] }
  const groups = { 'recorded runs': runs, 'shapes of shots': shapes(options.quick ? 5 : 50) }
  return Object.entries(groups).flatMap(([name, some]) => describe(name, some, options))
}

function describe(name: string, runs: readonly Run[], { note }: BenchmarkOptions): BenchmarkResult[] {
  const all: Calibration[] = []
  for (const one of runs) for (const workers of workerCounts) all.push(replay(one, workers))
  for (const [kind, own] of Map.groupBy(runs, (one) => one.name)) {
    const sums = add(own.flatMap((one) => workerCounts.map((workers) => replay(one, workers))))
    note(`${kind}: held ${percent(sums.held / sums.count)}, p50 off by ${percent(median(sums.errors))} (median)`)
  }
  const { count, held, errors } = add(all)
  const share = held / count
  return [
    {
      name: 'eta',
      metric: `${name}: ${count} forecasts, done by p80`,
      value: share * 100,
      unit: '%',
      peer: null,
      peerValue: null,
      ratio: null,
      target: '75 to 95 %',
      met: share >= 0.75 && share <= 0.95,
    },
    atMost({ name: 'eta', metric: `${name}: p50 off by (median)`, value: median(errors) * 100, unit: '%' }, 20),
  ]
}

function add(calibrations: readonly Calibration[]): Calibration {
  return {
    count: calibrations.reduce((sum, { count }) => sum + count, 0),
    held: calibrations.reduce((sum, { held }) => sum + held, 0),
    errors: calibrations.flatMap(({ errors }) => errors),
  }
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}

/** Frame times by frame number, times a noise of a tenth, with a slow first frame. */
const kinds: Record<string, (at: number) => number> = {
  'every frame the same': () => 10,
  'ever heavier': (at) => 5 + 15 * at,
  'ever lighter': (at) => 20 - 15 * at,
  'a hero in the middle': (at) => (at > 0.4 && at < 0.6 ? 40 : 8),
  waves: (at) => 10 + 6 * Math.sin(at * 20),
}

function shapes(seeds: number): Run[] {
  return Object.entries(kinds).flatMap(([name, shape]) =>
    Array.from({ length: seeds }, (_, seed): Run => {
      const random = randomFrom(seed + 1)
      const frames = 40 + Math.floor(random() * 400)
      const seconds = Array.from({ length: frames }, (_, frame) => {
        const noise = (random() + random() + random() - 1.5) * 0.2
        return (shape(frame / frames) + (frame === 0 ? 20 : 0)) * (1 + noise)
      })
      return { name, seconds }
    }),
  )
}
