import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { messageOf } from '@backlot/base/errors'
import { bombs } from '@backlot/blendfile/node/testing/bombs'
import type { Benchmark, BenchmarkOptions, BenchmarkResult } from './benchmark.ts'
import { atMost } from './benchmark.ts'
import type { CaseReport } from './hostile-client.ts'

export const hostile: Benchmark = {
  name: 'hostile',
  summary: 'reading, rewriting and packing damaged .blend files and bombs: time, memory, and what escapes',
  run,
}

/** A process is replaced after so many: its largest memory then belongs to few of them. */
const perProcess = 500
/**
 * What is measured is what the work needs: V8's young generation grows to three times 16 MB and more when it may, and the
 * same file took 237 to 316 MB in three runs (169 to 182 so).
 */
const heap = ['--max-old-space-size=96', '--max-semi-space-size=4']
/** Without a word for so long, a file counts as one that hangs. Milliseconds of wall time: the machine may be busy. */
const patience = 60_000
const limits = { cpuSeconds: 2, memoryMB: 256 }

/** Files that Blenders saved, where they are at hand: `BACKLOT_FIXTURES`, or beside the checkout. */
const fixtures = join(
  process.env['BACKLOT_FIXTURES'] ?? resolve(import.meta.dirname, '../../../shared/fixtures'),
  'blend',
)

interface Tally {
  cases: number
  refused: number
  failures: string[]
  /** Of one kind of work: read in one of three ways, rewritten, packed. */
  slowest: { cpu: number; what: string }
  largest: { memory: number; what: string }
  cpu: number
}

async function run({ quick, note, signal }: BenchmarkOptions): Promise<BenchmarkResult[]> {
  const results: BenchmarkResult[] = []
  const corpora = [
    { source: 'bombs', name: 'made to be large', count: bombs.length, each: 1 },
    { source: 'written', name: 'written and damaged', count: quick ? 2000 : 100_000, each: perProcess },
    { source: fixtures, name: 'saved by Blenders and damaged', count: quick ? 200 : 3000, each: 25 },
  ]
  for (const { source, name, count, each } of corpora) {
    if (source === fixtures && !existsSync(fixtures)) {
      note(`no files of Blenders at ${fixtures}`)
      continue
    }
    const tally = await runAll(source, count, each, signal)
    for (const failure of tally.failures) note(`${source} ${failure}`)
    const { cases, refused, slowest, largest, cpu } = tally
    note(`${name}: ${cases} files, ${refused} refused, ${(cpu / 1000).toFixed(0)} s of CPU time`)
    note(
      `  slowest: ${(slowest.cpu / 1000).toFixed(2)} s, ${slowest.what}; largest: ${largest.memory} MB, ${largest.what}`,
    )
    const metric = (what: string) => `${cases} files ${name}: ${what}`
    results.push(
      atMost(
        {
          name: 'hostile',
          metric: metric('crashes, hangs and errors without a code'),
          value: tally.failures.length,
          unit: '',
        },
        0,
      ),
      atMost(
        { name: 'hostile', metric: metric('slowest work, CPU time'), value: slowest.cpu / 1000, unit: 's' },
        limits.cpuSeconds,
      ),
      atMost(
        { name: 'hostile', metric: metric('largest process'), value: largest.memory, unit: 'MB' },
        limits.memoryMB,
      ),
    )
  }
  return results
}

async function runAll(source: string, count: number, each: number, signal: AbortSignal): Promise<Tally> {
  const tally: Tally = {
    cases: 0,
    refused: 0,
    failures: [],
    slowest: { cpu: 0, what: '' },
    largest: { memory: 0, what: '' },
    cpu: 0,
  }
  let next = 0
  const lane = async () => {
    while (next < count) {
      const from = next
      const to = Math.min(count, from + each)
      next = to
      for (let at = from; at < to;) at = await runProcess(source, at, to, tally, signal)
    }
  }
  await Promise.all([lane(), lane()])
  return tally
}

/** Runs the numbers from `from` on. Resolves to where it has to go on: after the last, or after one that killed it. */
async function runProcess(
  source: string,
  from: number,
  to: number,
  tally: Tally,
  signal: AbortSignal,
): Promise<number> {
  signal.throwIfAborted()
  const args = [...heap, join(import.meta.dirname, 'hostile-client.ts'), source, String(from), String(to)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe'], signal })
  let begun = from
  let done = from
  let hangs = false
  let stderr = ''
  const watchdog = setTimeout(() => {
    hangs = true
    child.kill('SIGKILL')
  }, patience)
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-2000)))
  const ended = new Promise<string>((done) => {
    child.once('close', (code, killed) => done(`${killed ?? code}`)).once('error', (error) => done(messageOf(error)))
  })
  for await (const line of createInterface({ input: child.stdio[3] as NodeJS.ReadableStream })) {
    watchdog.refresh()
    const said = JSON.parse(line) as CaseReport | { begins: number }
    if ('begins' in said) begun = said.begins
    else {
      done = said.number + 1
      add(tally, said)
    }
  }
  clearTimeout(watchdog)
  const end = await ended
  signal.throwIfAborted()
  if (done >= to) return to
  tally.failures.push(
    `${begun}: ${hangs ? `nothing for ${patience / 1000} s` : `ended with ${end}: ${stderr.trim().slice(-500)}`}`,
  )
  return begun + 1
}

function add(tally: Tally, { number, isRefused, cpu, memory, what, failure }: CaseReport): void {
  const name = `${number} (${what})`
  tally.cases++
  if (isRefused) tally.refused++
  if (failure !== undefined) tally.failures.push(`${name}: ${failure}`)
  for (const [work, milliseconds] of Object.entries(cpu)) {
    tally.cpu += milliseconds
    if (milliseconds > tally.slowest.cpu) tally.slowest = { cpu: milliseconds, what: `${work}: ${name}` }
  }
  if (memory > tally.largest.memory) tally.largest = { memory, what: name }
}
