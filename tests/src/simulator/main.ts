import { availableParallelism, cpus, totalmem } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { writeJson } from '@backlot/base/node/atomic-file'
import { startTestCluster } from '@backlot/db/testing/test-cluster'
import { deliberateFaults } from './deliberate-faults.ts'
import { type Finding, type RunResult, simulate } from './run.ts'

/** What `backlot simulate` starts. */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    only: { type: 'string' },
    fault: { type: 'string' },
    report: { type: 'string' },
    json: { type: 'boolean' },
    'list-faults': { type: 'boolean' },
  },
})

const fault = deliberateFaults.find(({ name }) => name === values.fault)
if (values['list-faults']) {
  process.stdout.write(deliberateFaults.map(({ name, summary }) => `${name.padEnd(26)} ${summary}\n`).join(''))
} else if (values.fault !== undefined && fault === undefined) {
  process.stderr.write(`There is no fault ${values.fault}: see --list-faults.\n`)
  process.exitCode = 2
} else await main()

async function main(): Promise<void> {
  const abort = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => abort.abort())
  const { cluster, stop } = await startTestCluster()
  try {
    const count = Number(values.seeds)
    const first = Number(values.from)
    const seeds =
      values.seed === undefined ? Array.from({ length: count }, (_, at) => first + at) : [Number(values.seed)]
    const began = performance.now()
    const result = await simulate({
      cluster,
      seeds,
      deliberate: fault,
      only: values.only === undefined ? undefined : indexes(values.only),
      minimises: values.only === undefined,
      most: fault === undefined ? 10 : 1,
      signal: abort.signal,
      onSeed: (done) => {
        if (done % 500 !== 0) return
        process.stderr.write(
          `  ${done} of ${seeds.length} after ${((performance.now() - began) / 1000).toFixed(0)} s\n`,
        )
      },
    })
    const report = { machine: machine(), fault: fault?.name ?? null, ...result }
    process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : describeResult(result))
    if (values.report !== undefined) await writeJson(resolve(values.report), report)
    process.exitCode = result.findings.length > 0 ? 1 : 0
  } finally {
    await stop()
  }
}

function machine() {
  const { platform, version } = process
  const memoryGB = Math.round(totalmem() / 1e9)
  return { cpu: cpus()[0]?.model ?? 'unknown', cores: availableParallelism(), memoryGB, platform, node: version }
}

/** `0-4,7` */
function indexes(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const [first = 0, last = first] = part.split('-').map(Number)
    return Array.from({ length: last - first + 1 }, (_, at) => first + at)
  })
}

function describeResult({ schedules, steps, seconds, findings, coverage }: RunResult): string {
  const { visited, pairs, missing } = coverage
  const summary = `${schedules} schedules, ${steps} steps, ${seconds.toFixed(1)} s, ${findings.length} violations; ${visited} of ${pairs} pairs of fault × state visited\n`
  const few = missing.length > 0 && missing.length <= 20 ? `never: ${missing.join(' · ')}\n` : ''
  return `${findings.map(describeFinding).join('')}${summary}${few}`
}

function describeFinding({ seed, problems, only, trace }: Finding): string {
  const again = `./backlot simulate --seed ${seed} --only ${only.join(',') || 'none'}${fault ? ` --fault ${fault.name}` : ''}`
  return `seed ${seed}:\n${problems.map((text) => `  ✗ ${text}\n`).join('')}${trace.map((line) => `    ${line}\n`).join('')}  again: ${again}\n\n`
}
