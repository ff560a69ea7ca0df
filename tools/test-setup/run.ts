/**
 * All tests, on a fresh machine: `./backlot test [unit|integration|blender|e2e]… [-- FILE…]`. Sets up what they need,
 * runs suite after suite, and ends with the line `N passed, N failed, N skipped` (`--json`: one JSON value instead).
 * Exit code: 0 all passed, 1 failed, 2 nothing to run, 130 interrupted.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheFolder, surroundings } from '../../packages/base/src/node/folders.ts'
import { parseArguments, type Suite } from './arguments.ts'
import { prepareBlenders } from './blenders.ts'
import { prepareChromium } from './chromium.ts'
import { addResults, nothing, skippedLines, type SuiteResults, summaryLine } from './results.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const words = process.argv.slice(2)
const json = words[0] === '--json'
const wanted = parseArguments(json ? words.slice(1) : words)
const say = (line: string): void => void process.stderr.write(`${line}\n`)

const cancelled = new AbortController()
// At a terminal Ctrl-C reaches vitest by itself; what is left here is to wait for its clean end.
process.on('SIGINT', () => cancelled.abort())
process.on('SIGTERM', () => cancelled.abort())

process.exitCode = await main()

async function main(): Promise<number> {
  let total = nothing
  for (const suite of wanted.suites) {
    await prepare(suite)
    if (cancelled.signal.aborted) return 130
    const started = performance.now()
    const results = await runSuite(suite)
    if (cancelled.signal.aborted) return 130
    say(`${suite}: ${summaryLine(results)} in ${((performance.now() - started) / 1000).toFixed(1)} s`)
    total = addResults(total, results)
  }
  for (const line of skippedLines(total)) say(line)
  for (const name of total.failed) say(`failed: ${name}`)
  const nothingRan = total.passed + total.failed.length + total.skipped.length === 0
  if (nothingRan) say(`No test file matches ${wanted.filters.join(' ')}. Suites: ./backlot test --help`)
  console.log(json ? JSON.stringify({ ...total, suites: wanted.suites }) : summaryLine(total))
  if (nothingRan) return 2
  return total.failed.length === 0 ? 0 : 1
}

async function prepare(suite: Suite): Promise<void> {
  const needsBlender = (other: Suite): boolean => other === 'blender' || other === 'e2e'
  if (suite === wanted.suites.find(needsBlender)) prepareBlenders(say)
  if (suite !== 'e2e') return
  const browsers = join(cacheFolder(surroundings(process.env)), 'browsers')
  const chromium = await prepareChromium(browsers, say)
  if (chromium) process.env['BACKLOT_CHROMIUM'] = chromium
}

async function runSuite(suite: Suite): Promise<SuiteResults> {
  const folder = await mkdtemp(join(tmpdir(), 'backlot-test-results-'))
  try {
    const file = join(folder, 'results.json')
    const args = ['run', '--project', suite, '--passWithNoTests', '--reporter', 'default', '--reporter']
    const vitest = spawn(
      process.execPath,
      [
        join(root, 'node_modules/vitest/vitest.mjs'),
        ...args,
        join(root, 'tools/test-setup/reporter.ts'),
        ...wanted.filters,
      ],
      {
        cwd: root,
        env: { ...process.env, BACKLOT_TEST_RESULTS: file },
        stdio: ['ignore', json ? 2 : 'inherit', 'inherit'],
      },
    )
    const end = (): void => void vitest.kill('SIGTERM')
    cancelled.signal.addEventListener('abort', end)
    const [code] = (await once(vitest, 'close')) as [number | null]
    cancelled.signal.removeEventListener('abort', end)
    const text = await readFile(file, 'utf8').catch(() => undefined)
    const results = text === undefined ? nothing : (JSON.parse(text) as SuiteResults)
    if (code === 0 || results.failed.length > 0) return results
    return addResults(results, { ...nothing, failed: [`${suite}: vitest ended with ${code ?? 'a signal'}`] })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
