import { join } from 'node:path'
import { checkout } from '@backlot/tests/command'
import { atMost, type Benchmark, type BenchmarkOptions, type BenchmarkResult, median } from './benchmark.ts'
import { run as runProgram } from './programs.ts'

export const launcher: Benchmark = {
  name: 'launcher',
  summary: './backlot --version when everything is there',
  run,
}

async function run({ quick, signal, note }: BenchmarkOptions): Promise<BenchmarkResult[]> {
  const times: number[] = []
  // The first fills the file cache and the cache of compiled code.
  for (let round = 0; round <= (quick ? 3 : 10); round++) {
    const { seconds } = await runProgram(join(checkout, 'backlot'), ['--version'], { cwd: checkout, signal })
    if (round > 0) times.push(seconds)
  }
  note(`fastest ${Math.min(...times).toFixed(3)} s, slowest ${Math.max(...times).toFixed(3)} s`)
  const metric = `./backlot --version, warm, median of ${times.length}`
  return [atMost({ name: 'launcher', metric, value: median(times), unit: 's' }, 0.5)]
}
