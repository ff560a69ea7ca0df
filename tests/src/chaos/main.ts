import { parseArgs } from 'node:util'
import { runChaos } from './chaos.ts'

/** What `backlot chaos` starts. */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean' },
  },
})
const abort = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => abort.abort())
const report = await runChaos({
  seed: Number(values.seed),
  minutes: Number(values.minutes),
  signal: abort.signal,
  say: (text) => void process.stderr.write(`${text}\n`),
})
process.stdout.write(`${JSON.stringify(report, undefined, values.json ? undefined : 2)}\n`)
process.exitCode = report.problems.length > 0 ? 1 : 0
