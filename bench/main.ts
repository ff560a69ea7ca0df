import { availableParallelism, cpus, release, totalmem } from 'node:os'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { messageOf } from '@backlot/base/errors'
import { writeJson } from '@backlot/base/node/atomic-file'
import type { BenchmarkResult } from './src/benchmark.ts'
import { benchmarks } from './src/benchmarks.ts'
import { Projects } from './src/projects.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean' }, json: { type: 'boolean' } },
})
const unknown = positionals.filter((name) => !benchmarks.some((one) => one.name === name))
if (unknown.length > 0) {
  process.stderr.write(
    `There is no benchmark ${unknown.join(', ')}. There are: ${benchmarks.map(({ name, summary }) => `\n  ${name.padEnd(14)} ${summary}`).join('')}\n`,
  )
  process.exit(2)
}

const abort = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => abort.abort(new Error('interrupted')))
const chosen = positionals.length === 0 ? benchmarks : benchmarks.filter(({ name }) => positionals.includes(name))
const results: BenchmarkResult[] = []
const quick = values.quick === true
const note = (line: string) => void process.stderr.write(`  ${line}\n`)
const projects = new Projects({ quick, note })
const failures: { name: string; message: string }[] = []
for (const { name, summary, run } of chosen) {
  process.stderr.write(`${name}: ${summary}\n`)
  try {
    results.push(...(await run({ quick, note, projects, signal: abort.signal })))
  } catch (error) {
    failures.push({ name, message: messageOf(error) })
    process.stderr.write(`  failed: ${messageOf(error)}\n`)
  }
  if (abort.signal.aborted) break
}
await projects[Symbol.asyncDispose]()

const machine = {
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  memoryGB: Math.round(totalmem() / 1e9),
  system: `${process.platform} ${release()}`,
  node: process.version,
  quick,
  at: new Date().toISOString(),
}
const report = { machine, results, failures }
const folder = resolve(import.meta.dirname, 'results')
await mkdir(folder, { recursive: true })
await writeJson(join(folder, `${machine.at.replaceAll(':', '-')}.json`), report)
process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : tableOf(results))
process.exitCode = failures.length > 0 ? 1 : 0

function tableOf(rows: readonly BenchmarkResult[]): string {
  const cells = rows.map((row) => [
    row.name,
    row.metric,
    `${number(row.value)} ${row.unit}`,
    row.peer === null ? '–' : `${row.peer}: ${row.peerValue === null ? '–' : `${number(row.peerValue)} ${row.unit}`}`,
    row.ratio === null ? '–' : `${number(row.ratio)}×`,
    row.target,
    row.target === '–' ? '–' : row.met ? 'yes' : 'no',
  ])
  const lines = [
    ['benchmark', 'what', 'Backlot', 'peer', 'ratio', 'target', 'met'],
    ['---', '---', '---', '---', '---', '---', '---'],
    ...cells,
  ]
  return `${lines.map((line) => `| ${line.join(' | ')} |`).join('\n')}\n`
}

function number(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3)
}
