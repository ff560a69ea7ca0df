import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { makeFolder } from '@backlot/base/node/make-folder'
import { CodedError } from '@backlot/base/errors'

export interface AppProcessOptions {
  /** `server`, `worker`: for messages. */
  name: string
  /** Path of its `main.ts`. */
  entry: string
  /** Further options of Node. */
  nodeOptions?: readonly string[]
  env: Record<string, string | undefined>
  /** Its log (stderr) is appended here. */
  logFile: string
  /** How long it may take until it says that it is ready. Milliseconds. */
  readyTimeout: number
  /** An interruption before it is ready ends it in order. How long that may take: seconds. */
  startGrace: number
}

export interface AppProcess {
  pid: number
  /** The JSON line with `ready: true` that it printed. */
  ready: Record<string, unknown>
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
  /** Asks it to end, and ends it by force when it has not after `graceSeconds`. */
  stop: (graceSeconds: number) => Promise<void>
}

const logLimit = 20_000_000

/**
 * Starts one of Backlot's apps as a child that ends with this process, and waits until it is ready. When `signal` aborts
 * before that, the child is ended and the signal's reason thrown; afterwards it is `stop` that ends it.
 */
export async function startApp(options: AppProcessOptions, signal: AbortSignal): Promise<AppProcess> {
  signal.throwIfAborted()
  await rotate(options.logFile)
  const log = createWriteStream(options.logFile, { flags: 'a' })
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', ...(options.nodeOptions ?? []), options.entry],
    {
      env: options.env,
      // The open end of its stdin is how it notices that this process is gone.
      stdio: ['pipe', 'pipe', 'pipe'],
      // Ctrl-C goes to this process alone, which ends its children in order.
      detached: process.platform !== 'win32',
      windowsHide: true,
    },
  )
  child.stdin.on('error', () => undefined)
  const tail: string[] = []
  createInterface({ input: child.stderr }).on('line', (line) => {
    log.write(`${line}\n`)
    tail.push(line)
    if (tail.length > 20) tail.shift()
  })
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
  // Its last lines arrive after its end.
  child.once('close', () => log.end())
  const interrupt = () => void stop(child, exited, options.startGrace)
  signal.addEventListener('abort', interrupt, { once: true })
  try {
    const ready = await waitUntilReady(child, options, exited, tail)
    if (signal.aborted) await exited
    signal.throwIfAborted()
    return { pid: child.pid as number, ready, exited, stop: (grace) => stop(child, exited, grace) }
  } catch (error) {
    if (signal.aborted) await exited
    else child.kill('SIGKILL')
    signal.throwIfAborted()
    throw error
  } finally {
    signal.removeEventListener('abort', interrupt)
  }
}

function waitUntilReady(
  child: ChildProcess,
  options: AppProcessOptions,
  exited: AppProcess['exited'],
  tail: string[],
): Promise<Record<string, unknown>> {
  const { name, logFile, readyTimeout } = options
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(
        new CodedError(
          'server.unavailable',
          `The ${name} was not ready after ${readyTimeout / 1000} s; see ${logFile}.`,
        ),
      )
    }, readyTimeout)
    child.once('error', reject)
    void exited.then(({ code, signal }) => {
      clearTimeout(timer)
      reject(startFailure(name, logFile, `${signal ?? code}`, tail))
    })
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      const message = parse(line)
      if (message?.ready !== true) return
      clearTimeout(timer)
      resolve(message)
    })
  })
}

/** An app that can't start says why as its last log line, with `code` and `msg`; that is what the person should read. */
function startFailure(name: string, logFile: string, end: string, tail: readonly string[]): CodedError {
  const fatal = tail.map(parse).findLast((line) => line?.level === 'fatal')
  const message =
    typeof fatal?.msg === 'string' ? fatal.msg : `The ${name} ended (${end}) before it was ready; see ${logFile}.`
  const details =
    typeof fatal?.details === 'object' && fatal.details !== null
      ? (fatal.details as Record<string, unknown>)
      : { tail: tail.slice(-5) }
  return new CodedError(typeof fatal?.code === 'string' ? fatal.code : 'server.unavailable', message, { details })
}

async function stop(child: ChildProcess, exited: AppProcess['exited'], graceSeconds: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  // Closing stdin asks on every platform; the signal is quicker where there are signals.
  child.stdin?.end()
  child.kill('SIGTERM')
  const force = setTimeout(() => child.kill('SIGKILL'), graceSeconds * 1000)
  await exited
  clearTimeout(force)
}

async function rotate(logFile: string): Promise<void> {
  await makeFolder(dirname(logFile), 0o700)
  const size = await stat(logFile).then(
    ({ size }) => size,
    () => 0,
  )
  if (size > logLimit) await rename(logFile, `${logFile}.1`)
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
