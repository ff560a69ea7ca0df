import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cacheFolder, surroundings } from '@backlot/base/node/folders'
import { sleep } from '@backlot/base/wait'
import { type Logger, createLogger } from '@backlot/base/node/logger'
import { findBlenders, type FoundBlender } from '@backlot/blender/find'
import { startSession } from '@backlot/blender/session'
import { headerNumber, parseVersion } from '@backlot/blender/version'
import { testCommands } from '@backlot/blender/testing/blenders'
import type { Lease } from '@backlot/contract/schemas/farm'
import { readEnvironment } from '../environment.ts'
import { type RunningWorker, startWorker } from '../worker.ts'
import { FarmServer } from './farm-server.ts'

export type SceneKind =
  | 'plain'
  | 'no_camera'
  | 'script'
  | 'missing'
  | 'endless'
  | 'dark'
  | 'film'
  | 'cropped'
  | 'bright'
  | 'infinite'
  | 'no_numbers'
  | 'animated'
  | 'views_apart'

export interface LogEntry {
  msg: string
  [field: string]: unknown
}

/** A test's farm: an in-memory server with scenes in it, and real workers with real Blenders; default: the newest one. */
export async function startFarm(chosen?: FoundBlender) {
  const folder = await mkdtemp(join(tmpdir(), 'backlot-worker-test-'))
  const around = surroundings(process.env)
  const { blenders } = await findBlenders({ ...around, cacheFolder: cacheFolder(around) })
  const blender = chosen ?? blenders[0]
  if (blender === undefined) throw new Error('No Blender to test with: run `backlot blender install`.')
  const version = parseVersion(blender.version)
  if (version === undefined) throw new Error(`${blender.version} is no version.`)
  const server = await new FarmServer().listen()
  const maker = await startSession({ blender, userFolder: join(folder, 'maker'), commandFiles: [testCommands] })
  const workers: RunningWorker[] = []
  const entries: LogEntry[] = []
  let made = 0

  return {
    folder,
    server,
    blender,
    /** What the workers logged. */
    entries,

    /** Puts a scene into storage; the id of its tree. */
    async scene(kind: SceneKind, script?: string): Promise<string> {
      const file = join(folder, `scene-${made++}.blend`)
      await maker.run('test_scene', { file, kind, ...(script !== undefined && { script }) })
      const blob = server.put(await readFile(file))
      server.trees.set(blob.sha256, [{ path: 'scene.blend', ...blob }])
      return blob.sha256
    },

    /** Of the pixels of a picture in storage: equal where all of them are. */
    async pixels(sha256: string): Promise<string> {
      const path = join(folder, 'looked-at')
      await writeFile(path, server.blobs.get(sha256) ?? '')
      return (await maker.run<{ hash: string }>('test_pixels', { path })).hash
    },

    /** A lease of frames of that scene. */
    lease(
      treeId: string,
      frames: number[],
      changes: Partial<Lease> & { render?: Record<string, unknown> } = {},
    ): Lease {
      const { render, ...rest } = changes
      return {
        attemptId: crypto.randomUUID(),
        fence: 1,
        jobId: crypto.randomUUID(),
        taskId: crypto.randomUUID(),
        jobName: 'test',
        expiresAt: new Date(Date.now() + 30_000).toISOString(),
        step: 'render_frames',
        parameters: { blendPath: 'scene.blend', device: 'cpu', ...render },
        treeId,
        frames,
        inputs: [],
        fileVersion: headerNumber(version),
        stallSeconds: 120,
        settledStallSeconds: 120,
        ...rest,
      }
    },

    async worker(name = 'worker', changes: Record<string, string> = {}): Promise<RunningWorker> {
      const env = {
        ...process.env,
        BACKLOT_SERVER: server.url,
        BACKLOT_WORKER_TOKEN: 'bkw_test',
        BACKLOT_WORKER_DATA: join(folder, name),
        BACKLOT_BLENDER: blender.path,
        ...changes,
      }
      const worker = await startWorker({
        environment: { ...readEnvironment(env), cacheFolder: join(folder, 'cache') },
        env: { ...env, PATH: '/nowhere' },
        log: capture(entries),
        signal: new AbortController().signal,
        onRefused: (error) => entries.push({ msg: 'refused', error }),
      })
      workers.push(worker)
      return worker
    },

    /** Files of attempts that a worker keeps. */
    async leftovers(name = 'worker'): Promise<string[]> {
      const found = await readdir(join(folder, name, 'work'), { recursive: true }).catch(() => [])
      return found.filter((path) => path.includes('attempt-'))
    },

    async until(what: string, condition: () => boolean, seconds = 60): Promise<void> {
      for (const end = Date.now() + seconds * 1000; !condition();) {
        if (Date.now() > end)
          throw new Error(`After ${seconds} s still not: ${what}. Log: ${JSON.stringify(entries.slice(-5))}`)
        await sleep(10)
      }
    },

    /** Ends the workers and forgets what happened, for the next test. */
    async reset(): Promise<void> {
      await Promise.all(workers.splice(0).map((worker) => worker.drain(0)))
      if (server.problems.length > 0) throw new Error(server.problems.join('\n'))
      for (const list of [server.calls, server.frames, server.outputs, server.results, server.logs, entries])
        list.length = 0
      server.queue = []
      server.fault = () => undefined
      server.before = () => undefined
      server.delay = 0
    },

    async stop(): Promise<void> {
      await maker.close()
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
export type Farm = Awaited<ReturnType<typeof startFarm>>

/** A logger that keeps its entries instead of writing them. */
function capture(entries: LogEntry[]): Logger {
  const silent = createLogger({ app: 'worker', level: 'silent' })
  const make = (bound: object): Logger => {
    const write = (fields: unknown, msg?: string) => {
      if (typeof fields === 'string') entries.push({ ...bound, msg: fields })
      else entries.push({ ...bound, ...(fields as object), msg: msg ?? '' })
    }
    const levels = Object.fromEntries(
      ['trace', 'debug', 'info', 'warn', 'error', 'fatal'].map((level) => [level, write]),
    )
    return Object.assign(Object.create(silent) as Logger, levels, {
      child: (more: object) => make({ ...bound, ...more }),
    })
  }
  return make({})
}
