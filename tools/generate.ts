/**
 * Writes every generated file: `node tools/generate.ts`. With `--check` it writes nothing, and fails when a committed
 * file is not what it would write, or is no longer written by anyone.
 */
import { globSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { contractOutputs } from '../packages/contract/src/generate/outputs.ts'
import { coveragePage } from '../tests/src/coverage/page.ts'
import { readResults } from '../tests/src/coverage/results.ts'
import manifest from '../package.json' with { type: 'json' }

interface Generator {
  name: string
  /** Path from the repository's root → text. */
  outputs: () => Map<string, string>
  /** Glob of files that are all its own: one that it does not write is left over from before, and goes. */
  owns: string
}

const generators: Generator[] = [
  { name: 'contract', outputs: () => contractOutputs(manifest.version), owns: 'docs/reference/**/*.{md,json}' },
  // The results are written by tests with real Blenders.
  {
    name: 'coverage',
    outputs: () => new Map([['docs/coverage.md', coveragePage(readResults())]]),
    owns: 'docs/coverage.md',
  },
]

const root = fileURLToPath(new URL('..', import.meta.url))
const check = process.argv.includes('--check')
const changed: string[] = []
let total = 0

for (const { name, outputs, owns } of generators) {
  const files = outputs()
  for (const path of globSync(owns, { cwd: root })) {
    if (files.has(path)) continue
    changed.push(`${path} (${name}), left over`)
    if (!check) await rm(join(root, path))
  }
  for (const [path, text] of files) {
    total += 1
    const file = join(root, path)
    const present = await readFile(file, 'utf8').catch(() => undefined)
    if (present === text) continue
    changed.push(`${path} (${name})${present === undefined ? ', missing' : ''}`)
    if (check) continue
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
  }
}

for (const line of changed) console.error(`${check ? 'stale' : 'written'}: ${line}`)
console.log(`generated files: ${total} in all, ${changed.length} ${check ? 'stale' : 'written'}`)
if (check && changed.length > 0) {
  console.error('Run ./backlot pnpm generate and commit what it writes.')
  process.exitCode = 1
}
