import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, statfs } from 'node:fs/promises'
import { connect } from 'node:net'
import { freemem, tmpdir } from 'node:os'
import { join } from 'node:path'
import { sleep } from '@backlot/base/wait'
import { runProgram } from '@backlot/blender/run-program'

export interface RunOptions {
  env?: NodeJS.ProcessEnv
  cwd?: string
  signal: AbortSignal
}

export interface Ran {
  stdout: string
  /** From before it is started until it has ended. */
  seconds: number
}

/** No single program of a benchmark takes longer; a hanging one must not hang the run. Milliseconds. */
const longest = 900_000

/** Runs a program to its end. Throws when it fails. */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<Ran> {
  const started = performance.now()
  const { code, stdout, stderr } = await runProgram(command, args, { timeoutMs: longest, ...options })
  const seconds = (performance.now() - started) / 1000
  options.signal.throwIfAborted()
  if (code !== 0) throw failed(command, code, stderr === '' ? stdout : stderr)
  return { stdout, seconds }
}

export interface Cost extends Ran {
  /** User and system, of the program and all that it started. Seconds. */
  cpu: number
  /** Largest resident size of any of them. Bytes. */
  memory: number
}

/** Python's standard library gives what Node's does not: the CPU time of children. */
const accounting = `
import json, os, resource, subprocess, sys
with open(sys.argv[1], 'w') as out:
    code = subprocess.run(sys.argv[2:], stdin=subprocess.DEVNULL).returncode
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    unit = 1 if sys.platform == 'darwin' else 1024
    json.dump({'cpu': used.ru_utime + used.ru_stime, 'memory': used.ru_maxrss * unit}, out)
sys.exit(code)
`

/** Runs a program to its end and says what it cost. Throws when it fails. */
export async function account(command: string, args: readonly string[], options: RunOptions): Promise<Cost> {
  await using folder = await temporaryFolder('backlot-bench-')
  const out = join(folder.path, 'cost.json')
  const ran = await run('python3', ['-c', accounting, out, command, ...args], options)
  return { ...ran, ...(JSON.parse(await readFile(out, 'utf8')) as { cpu: number; memory: number }) }
}

/** Whether a program can be started. */
export async function isThere(command: string, args: readonly string[]): Promise<boolean> {
  return (await runProgram(command, args)).code === 0
}

/** Starts a program that serves on a port of this machine, and waits until it does. */
export async function startService(
  command: string,
  args: readonly string[],
  port: number,
  { signal, ...options }: RunOptions,
): Promise<AsyncDisposable> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-4000)))
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()).once('error', () => resolve()))
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
  }
  for (let waited = 0; !(await isListening(port)); waited += 20) {
    if (hasEnded(child) || waited > 20_000 || signal.aborted) {
      await stop()
      signal.throwIfAborted()
      throw failed(command, child.exitCode, stderr)
    }
    await sleep(20)
  }
  return { [Symbol.asyncDispose]: stop }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    const answer = (listening: boolean) => {
      socket.destroy()
      resolve(listening)
    }
    socket.once('connect', () => answer(true)).once('error', () => answer(false))
  })
}

export interface TemporaryFolder extends AsyncDisposable {
  path: string
}

export async function temporaryFolder(prefix: string, parent = tmpdir()): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(parent, prefix))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) }
}

/** A folder in memory (Linux) with so many free bytes, where there is one. */
export async function memoryFolder(bytes: number): Promise<string | undefined> {
  const path = '/dev/shm'
  const free = await statfs(path).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => 0,
  )
  return free >= bytes && freemem() >= bytes ? path : undefined
}

function failed(command: string, code: number | null, output: string): Error {
  return new Error(`${command} ended with ${code}: ${output.trim().slice(-2000)}`)
}
