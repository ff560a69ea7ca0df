import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { LogEntry } from './farm.ts'

const entry = fileURLToPath(new URL('../main.ts', import.meta.url))
const run = promisify(execFile)

export interface WorkerProcess {
  child: ChildProcess
  log: LogEntry[]
  /** Its first line on stdout. */
  ready: Promise<unknown>
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

/** Starts the worker as `backlot` does: a process that is told everything by its environment. */
export function startWorkerProcess(env: Record<string, string | undefined>): WorkerProcess {
  const child = spawn(process.execPath, [entry], { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] })
  const log: LogEntry[] = []
  let rest = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    log.push(...lines.map((line) => (line.startsWith('{') ? (JSON.parse(line) as LogEntry) : { msg: line })))
  })
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
  const ready = new Promise<unknown>((resolve, reject) => {
    child.stdout.setEncoding('utf8').once('data', (text: string) => resolve(JSON.parse(text)))
    void exited.then(() => reject(new Error(`It ended before it was ready: ${JSON.stringify(log.slice(-3))}`)))
  })
  ready.catch(() => undefined)
  return { child, log, ready, exited }
}

/** Processes that this one started, directly. Linux. */
export async function childrenOf(pid: number): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const parents = await Promise.all(
    pids.map(async (each) => {
      const stat = await readFile(`/proc/${each}/stat`, 'utf8').catch(() => '')
      return { each, parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) }
    }),
  )
  return parents.filter(({ parent }) => parent === pid).map(({ each }) => each)
}

/** Processes that have this argument on their command line. Linux. */
export async function processesWith(argument: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')))
  return pids.filter((_, index) => lines[index]?.split('\0').includes(argument))
}

/** Neither gone nor a zombie. */
export async function lives(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return stat !== '' && stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z'
}

/** A small disk of its own, or why there can't be one. */
export async function mountSmallDisk(folder: string, size: string): Promise<{ unmount: () => Promise<void> } | string> {
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder])
  } catch (error) {
    return `a small disk can't be mounted here: ${String((error as { stderr?: string }).stderr ?? error).trim()}`
  }
  return { unmount: async () => void (await run('umount', ['-l', folder])) }
}
