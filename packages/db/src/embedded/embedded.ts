import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { closeSync, fstatSync, openSync } from 'node:fs'
import { readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { makeFolder } from '@backlot/base/node/make-folder'
import { CodedError } from '@backlot/base/errors'
import { sleep } from '@backlot/base/wait'
import { type Binaries, findBinaries, program } from './binaries.ts'
import { ensureCluster, programEnvironment, superuser } from './cluster.ts'
import { freePort } from './free-port.ts'
import { place } from './placement.ts'
import { isAlive, isPostgres, type Postmaster, readPostmaster } from './postmaster.ts'
import { type Profile, settingArguments } from './settings.ts'
import { type SystemUser, systemUser } from './system-user.ts'

export interface EmbeddedOptions {
  /** Of the installation. The cluster is `<dataFolder>/postgres`, the log `<dataFolder>/logs/postgresql.log`. */
  dataFolder: string
  /** Of the superuser; given to a new cluster. */
  password: string
  profile?: Profile
  /** Tried first: a server that is started again must be found where it was. Absent: any free one. */
  port?: number
  /** Lines for a person: what is prepared, where things are. */
  note?: (line: string) => void
  /** The server ended although nobody called `stop`. */
  onExit?: (reason: string) => void
}

export interface EmbeddedPostgres {
  pid: number
  host: '127.0.0.1'
  port: number
  /** Folder of the Unix socket: a shorter way than TCP, where the system has them. */
  socketFolder: string | undefined
  user: string
  password: string
  /** Real path of the cluster. */
  cluster: string
  /** It was running already: its supervisor was killed. */
  adopted: boolean
  /** It was made by this call. */
  created: boolean
  /** Ends sessions, writes everything, and ends. Resolves when the process is gone; may be called twice. */
  stop(): Promise<void>
}

/** Rotated at start, so that it stays below twice this size over many starts. Bytes. */
const logLimit = 10_000_000
/** Recovery after a crash replays at most `max_wal_size`; that takes seconds, on a slow disk a minute. Milliseconds. */
const startLimit = 90_000
const stopLimit = 30_000

/** Starts the embedded PostgreSQL of a data folder, makes the cluster when it is missing, adopts one that still runs. */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const note = options.note ?? (() => {})
  const user = await systemUser(note)
  const profile = options.profile ?? 'server'
  const placement = await place(options.dataFolder, await findBinaries(), user, note)
  const { cluster, created } = await ensureCluster(placement, options.password, user, profile !== 'test')
  const logFile = await prepareLog(options.dataFolder)

  const running = await findRunning(cluster)
  const { postmaster, child } = running
    ? { postmaster: running, child: undefined }
    : await launch({
        cluster,
        binaries: placement.binaries,
        user,
        logFile,
        profile,
        port: options.port,
      })
  if (running) note(`PostgreSQL still runs (process ${running.pid}): using it`)

  const exit = watch(postmaster.pid, child)
  let stopping: Promise<void> | undefined
  void exit.ended.then(async (reason) => {
    if (stopping === undefined) options.onExit?.(`${reason}: ${await logTail(logFile)}`)
  })
  return {
    pid: postmaster.pid,
    host: '127.0.0.1',
    port: postmaster.port,
    socketFolder: postmaster.socketFolder,
    user: superuser,
    password: options.password,
    cluster,
    adopted: running !== undefined,
    created,
    stop: () => (stopping ??= end(postmaster.pid, cluster, placement.binaries).finally(exit.forget)),
  }
}

/** A server that runs with this cluster and is ready. */
async function findRunning(cluster: string): Promise<Postmaster | undefined> {
  const found = await readPostmaster(cluster)
  // The file of a dead one stays: PostgreSQL sees in it whether processes of the dead one still use the memory.
  if (found === undefined || !isAlive(found.pid)) return undefined
  if (!(await isPostgres(found.pid))) {
    await rm(join(cluster, 'postmaster.pid'), { force: true })
    return undefined
  }
  // It may still be starting, or ending: its supervisor may have died at any moment.
  return waitUntilReady(cluster, () => (isAlive(found.pid) ? undefined : 'it ended')).catch(() => undefined)
}

interface Launch {
  cluster: string
  binaries: Binaries
  user: SystemUser | undefined
  logFile: string
  profile: Profile
  port: number | undefined
}

async function launch(options: Launch): Promise<{ postmaster: Postmaster; child: ChildProcess }> {
  const { cluster, binaries, user, logFile, profile } = options
  for (let attempt = 1; ; attempt++) {
    const settings = settingArguments(profile, {
      port: String((attempt === 1 && options.port) || (await freePort())),
      unix_socket_directories: socketFolderOf(cluster),
    })
    const log = openSync(logFile, 'a')
    const { size: logStart } = fstatSync(log)
    // A session of its own: Ctrl-C in the terminal reaches the supervisor, which stops the database last.
    const child = spawn(program(binaries, 'postgres'), ['-D', cluster, ...settings], {
      ...user,
      cwd: cluster,
      env: programEnvironment(binaries),
      detached: process.platform !== 'win32',
      windowsHide: true,
      stdio: ['ignore', log, log],
    })
    closeSync(log)
    let failure: string | undefined
    child.once('error', (error) => (failure = error.message))
    child.once('exit', (code, signal) => (failure ??= `it ended with ${signal ?? code}`))
    try {
      return { postmaster: await waitUntilReady(cluster, () => failure, child.pid), child }
    } catch (cause) {
      const output = await logTail(logFile, logStart)
      child.kill('SIGINT')
      // Somebody took the port in between, or backends of a killed postmaster have not noticed yet.
      const passes = /could not bind|in use|Address already/.test(output)
      if (passes && attempt < 10) await sleep(300)
      else
        throw new CodedError('database.start_failed', 'PostgreSQL did not start.', {
          cause,
          details: { output, logFile },
        })
    }
  }
}

async function waitUntilReady(cluster: string, failure: () => string | undefined, pid?: number): Promise<Postmaster> {
  const until = Date.now() + startLimit
  while (Date.now() < until) {
    const reason = failure()
    if (reason !== undefined) throw new Error(reason)
    const postmaster = await readPostmaster(cluster)
    if (postmaster?.ready && (pid === undefined || postmaster.pid === pid)) return postmaster
    await sleep(5)
  }
  throw new Error(`not ready after ${startLimit / 1000} s`)
}

/** Inside the cluster, which only PostgreSQL's user may enter. Empty (TCP only) where the path would be too long. */
function socketFolderOf(cluster: string): string {
  // 107 bytes is the limit of a socket's whole path, `/.s.PGSQL.65535.lock` are 21 of them.
  return process.platform === 'win32' || Buffer.byteLength(cluster) > 85 ? '' : cluster
}

interface Exit {
  ended: Promise<string>
  forget: () => void
}

/** Resolves when the process is gone: at once for a child, within half a second for an adopted one. */
function watch(pid: number, child: ChildProcess | undefined): Exit {
  const { promise: ended, resolve } = Promise.withResolvers<string>()
  if (child) {
    child.once('exit', (code, signal) => resolve(`PostgreSQL ended with ${signal ?? code}`))
    if (child.exitCode !== null) resolve(`PostgreSQL ended with ${child.exitCode}`)
    child.unref() // whoever forgets to stop it may still end
    return { ended, forget: () => {} }
  }
  const timer = setInterval(() => {
    if (!isAlive(pid)) resolve('PostgreSQL ended')
  }, 500).unref()
  return { ended, forget: () => clearInterval(timer) }
}

async function end(pid: number, cluster: string, binaries: Binaries): Promise<void> {
  if (!isAlive(pid)) return
  if (process.platform === 'win32') {
    await promisify(execFile)(program(binaries, 'pg_ctl'), ['stop', '-D', cluster, '-m', 'fast', '-w'])
    return
  }
  const until = Date.now() + stopLimit
  process.kill(pid, 'SIGINT') // fast shutdown
  while (isAlive(pid) && Date.now() < until) await sleep(10)
  if (!isAlive(pid)) return
  process.kill(pid, 'SIGQUIT') // at once; the next start recovers from the log
  while (isAlive(pid)) await sleep(10)
}

async function prepareLog(dataFolder: string): Promise<string> {
  const file = join(dataFolder, 'logs', 'postgresql.log')
  await makeFolder(join(dataFolder, 'logs'))
  const size = await stat(file).then(
    (stats) => stats.size,
    () => 0,
  )
  if (size > logLimit) await rename(file, `${file}.1`)
  return file
}

async function logTail(file: string, from = 0): Promise<string> {
  const text = await readFile(file).catch(() => Buffer.alloc(0))
  return text.toString('utf8', from).trimEnd().split('\n').slice(-12).join('\n')
}
