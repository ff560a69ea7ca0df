import { join } from 'node:path'
import { cacheFolder, surroundings } from '@backlot/base/node/folders'
import { runProgram } from '@backlot/blender/run-program'

const version = '0.8.0'

/** The reference implementation of Open Job Description, from PyPI, in a virtual environment of its own in the cache folder. */
export async function findOpenjd(): Promise<string> {
  const folder = join(cacheFolder(surroundings(process.env)), 'tests', `openjd-cli-${version}`)
  const program = join(folder, 'bin', 'openjd')
  const works = async () => (await runProgram(program, ['--version'])).stdout.includes(version)
  if (await works()) return program
  const made = await runProgram('python3', ['-m', 'venv', '--clear', folder], { timeoutMs: 120_000 })
  const install = ['-m', 'pip', 'install', '--quiet', `openjd-cli==${version}`]
  const { code, stderr } =
    made.code === 0 ? await runProgram(join(folder, 'bin', 'python'), install, { timeoutMs: 180_000 }) : made
  if (code === 0 && (await works())) return program
  throw new Error(`openjd-cli ${version} can't be installed: ${stderr}`)
}
