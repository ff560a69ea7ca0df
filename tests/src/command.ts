import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'

export const checkout = resolve(import.meta.dirname, '../..')

export interface CommandResult {
  code: number | null
  stdout: string
  stderr: string
}

export interface CommandOptions {
  env?: Record<string, string | undefined>
  input?: string
  /** Milliseconds; then it is killed, and the result's code is null. */
  timeout?: number
  cwd?: string
  /** A program with arguments that starts it: `taskset -c 0`. Of commands that run until they are stopped. */
  under?: readonly string[]
  /** Ends it early, with SIGTERM; the result is then the signal's reason, thrown. */
  signal?: AbortSignal
  /** Called with all of stderr so far, whenever there is more. */
  onStderr?: (text: string) => void
}

/** Runs `backlot ARGS` as a person would: as a process of its own, in the checkout's program. */
export function backlot(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return new Promise((done, reject) => {
    const child = spawn(process.execPath, [join(checkout, 'apps/cli/src/main.ts'), ...args], {
      cwd: options.cwd ?? checkout,
      env: { ...process.env, NO_COLOR: '1', ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(options.signal && { signal: options.signal }),
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
      options.onStderr?.(stderr)
    })
    child.stdin.on('error', () => undefined).end(options.input ?? '')
    const timer = setTimeout(() => child.kill('SIGKILL'), options.timeout ?? 120_000)
    child.once('error', reject)
    child.once('close', (code) => {
      clearTimeout(timer)
      done({ code, stdout, stderr })
    })
  })
}

export interface RunningCommand {
  pid: number
  /** The first JSON line that it printed. */
  first: Record<string, unknown>
  stderr: () => string
  /** Sends the signal and waits for the end. */
  end: (signal?: NodeJS.Signals) => Promise<number | null>
}

/** Starts a command that runs until it is stopped, and waits for its first JSON line. */
export function startBacklot(args: readonly string[], options: CommandOptions = {}): Promise<RunningCommand> {
  return new Promise((done, reject) => {
    const command = [...(options.under ?? []), process.execPath, join(checkout, 'apps/cli/src/main.ts')]
    const child = spawn(command[0] as string, [...command.slice(1), ...args, '--json'], {
      cwd: checkout,
      env: { ...process.env, NO_COLOR: '1', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    const exited = new Promise<number | null>((ended) => child.once('close', ended))
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`backlot ${args.join(' ')} said nothing in time:\n${stderr}`))
    }, options.timeout ?? 120_000)
    child.once('error', reject)
    void exited.then((code) => {
      clearTimeout(timer)
      reject(new Error(`backlot ${args.join(' ')} ended with ${code}:\n${stderr}`))
    })
    createInterface({ input: child.stdout }).once('line', (line) => {
      clearTimeout(timer)
      const first = JSON.parse(line) as Record<string, unknown>
      if ('error' in first) return reject(new Error(`backlot ${args.join(' ')} failed: ${line}`))
      done({
        pid: child.pid as number,
        first,
        stderr: () => stderr,
        end(signal = 'SIGTERM') {
          child.kill(signal)
          return exited
        },
      })
    })
  })
}
