import { dirname, join } from 'node:path'
import { cacheFolder, surroundings } from '@backlot/base/node/folders'
import { runProgram } from '@backlot/blender/run-program'

export const batVersion = '1.23'
/** What it needs to read compressed files. */
const zstandardVersion = '0.25.0'

/**
 * The Blender Asset Tracer, from PyPI in a virtual environment of its own in the cache folder; or why there is none. It
 * is GPL and only ever run.
 */
export async function findBat(note: (line: string) => void): Promise<{ program: string } | { missing: string }> {
  const folder = join(cacheFolder(surroundings(process.env)), 'bench', `bat-${batVersion}`)
  const program = join(folder, 'bin', 'bat')
  if (await works(program)) return { program }
  note(`fetching blender-asset-tracer ${batVersion} into ${folder}`)
  const made = await runProgram('python3', ['-m', 'venv', '--clear', folder], { timeoutMs: 120_000 })
  const install = [
    '-m',
    'pip',
    'install',
    '--quiet',
    `blender-asset-tracer==${batVersion}`,
    `zstandard==${zstandardVersion}`,
  ]
  const { code, stderr } =
    made.code === 0 ? await runProgram(join(folder, 'bin', 'python'), install, { timeoutMs: 180_000 }) : made
  if (code === 0 && (await works(program))) return { program }
  return { missing: `BAT ${batVersion} can't be installed (${code}): ${stderr.trim().split('\n').at(-1)}` }
}

async function works(program: string): Promise<boolean> {
  if ((await runProgram(program, ['version'])).code !== 0) return false
  return (await runProgram(join(dirname(program), 'python'), ['-c', 'import zstandard'])).code === 0
}
