import { type ChildProcess, execFile, spawn, type SpawnOptions } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'

/** How a process ended: exactly one of the two is not null. */
export interface ProcessExit {
  code: number | null
  signal: NodeJS.Signals | null
}

export interface EndOptions {
  /** Time between asking politely and killing. Default 10 s. */
  graceMs?: number
}

/** A process together with everything that it starts. */
export interface ProcessGroup {
  readonly child: ChildProcess
  readonly pid: number
  /** Settles when the process itself has ended; never rejects. */
  readonly exited: Promise<ProcessExit>
  /** Terminates the group, kills what is left after the grace period, and waits. May be called more than once. */
  end(options?: EndOptions): Promise<ProcessExit>
}

const defaultGraceMs = 10_000
/** Descendants that outlive the process itself get this long; in a container without an init their zombies stay for ever. */
const orphanGraceMs = 1000

/**
 * Starts a program in a process group of its own (on Windows: a process tree), so that ending it ends its children too.
 * It also means that Ctrl-C in a terminal does not reach it: whoever starts it must end it.
 * Rejects with Node's system error when the program can't be started.
 */
export async function startGroup(
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<ProcessGroup> {
  const child = spawn(command, args, { ...options, detached: process.platform !== 'win32', windowsHide: true })
  const exited = new Promise<ProcessExit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', reject)
  })
  child.on('error', () => {}) // a failed kill reports here; `end` looks at the outcome instead
  const pid = child.pid as number
  return { child, pid, exited, end: ({ graceMs = defaultGraceMs } = {}) => endGroup(pid, exited, graceMs) }
}

async function endGroup(pid: number, exited: Promise<ProcessExit>, graceMs: number): Promise<ProcessExit> {
  await signalGroup(pid, 'SIGTERM')
  const inTime = await within(exited, graceMs)
  if (inTime) await waitUntil(() => !groupLives(pid), orphanGraceMs)
  if (!inTime || groupLives(pid)) await signalGroup(pid, 'SIGKILL')
  return exited
}

async function signalGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (process.platform === 'win32') {
    // Without /F taskkill only closes windows, which a console program has none of; the second call is the one that counts.
    await runQuietly('taskkill', ['/pid', String(pid), '/T', ...(signal === 'SIGKILL' ? ['/F'] : [])])
    return
  }
  try {
    process.kill(-pid, signal)
  } catch {
    // Nobody left in the group, which is what was wanted.
  }
}

function groupLives(pid: number): boolean {
  if (process.platform === 'win32') return false // taskkill /T has walked the tree
  try {
    process.kill(-pid, 0)
    return true
  } catch {
    return false
  }
}

async function within(promise: Promise<unknown>, ms: number): Promise<boolean> {
  const timer = new AbortController()
  const late = sleep(ms, false, { signal: timer.signal }).catch(() => false)
  const done = await Promise.race([promise.then(() => true), late])
  timer.abort()
  return done
}

async function waitUntil(condition: () => boolean, ms: number): Promise<void> {
  const end = Date.now() + ms
  while (!condition() && Date.now() < end) await sleep(10)
}

function runQuietly(command: string, args: string[]): Promise<void> {
  return new Promise((resolve) => {
    execFile(command, args, { windowsHide: true }, () => resolve())
  })
}
