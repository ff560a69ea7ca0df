import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface CliRun {
  code: number | null
  stdout: string
  stderr: string
}

export interface RunningCli {
  child: ChildProcess
  ended: Promise<CliRun>
  /** What stdout has so far. */
  stdout(): string
}

const program = join(import.meta.dirname, '../main.ts')

/** Runs the real program, with folders for its state, cache and temporary files below `home`. Node's flags may precede it. */
export async function startCli(
  home: string,
  args: readonly string[],
  {
    wrap,
  }: { /** A program that runs it; its arguments come first. */ wrap?: (command: readonly string[]) => string[] } = {},
): Promise<RunningCli> {
  const folders = {
    data: join(home, 'data'),
    cache: join(home, 'cache'),
    config: join(home, 'config'),
    tmp: join(home, 'tmp'),
  }
  for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true })
  const command = [process.execPath, program, ...args]
  const [file = '', ...rest] = wrap ? wrap(command) : command
  const { NO_COLOR: _, FORCE_COLOR: __, ...env } = process.env
  const child = spawn(file, rest, {
    env: {
      ...env,
      BACKLOT_DATA: folders.data,
      BACKLOT_CACHE: folders.cache,
      BACKLOT_CONFIG: folders.config,
      TMPDIR: folders.tmp,
      // Node would put it into TMPDIR, where tests look for what was left behind.
      NODE_COMPILE_CACHE: env['NODE_COMPILE_CACHE'] ?? join(tmpdir(), 'node-compile-cache'),
      TERM: 'xterm',
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const ended = new Promise<CliRun>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })
  return { child, ended, stdout: () => stdout }
}

export async function runCli(
  home: string,
  args: readonly string[],
  options?: Parameters<typeof startCli>[2],
): Promise<CliRun> {
  const { child, ended } = await startCli(home, args, options)
  child.stdin?.end()
  return ended
}
