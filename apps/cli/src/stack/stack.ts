import { join } from 'node:path'
import { backoff, sleep } from '@backlot/base/wait'
import { messageOf } from '@backlot/base/errors'
import type { CliContext } from '../context.ts'
import { type AppProcess, type AppProcessOptions, startApp } from './app-process.ts'
import { serverEntry, workerEntry } from './paths.ts'

/**
 * V8 lets a heap that is small grow little before it marks it as a whole again, and what a request's body brings counts:
 * with the usual beginning, a server that took 500 MB did that 20 times, with this it hardly does. Memory that is not
 * needed is not taken.
 */
const serverHeap = ['--initial-heap-size=256']

export interface StackOptions {
  dataFolder: string
  host: string
  /** 0: any free one. */
  port: number
  /** Proxies that are believed; absent: as `BACKLOT_TRUST_PROXY` says. */
  trustProxy?: string | undefined
  webFolder: string
  /** Absent: no local worker. */
  worker: { name: string; slots: number; drainSeconds: number } | undefined
}

export interface Stack {
  url: string
  /** The one-time link that makes the first administrator, while there is none. */
  setupUrl: string | undefined
  /** Ends worker and server in order; the server ends its database. */
  stop: () => Promise<void>
}

/** After the drain, the rest is given back and Blender ended: this takes at most so long. Seconds. */
const giveBack = 5
/** The database writes everything and ends. Seconds. */
const serverGrace = 30
/** The first start makes a database cluster (1–2 s) and migrates; a slow disk needs more. Milliseconds. */
const readyTimeout = 120_000
const restart = { first: 500, longest: 10_000 }

/** Starts server and local worker, and starts either again when it dies, until `stop`. */
export async function startStack(context: CliContext, options: StackOptions): Promise<Stack> {
  const { dataFolder } = options
  const common = {
    ...context.env,
    BACKLOT_DATA: dataFolder,
    BACKLOT_CACHE: context.cacheFolder,
    BACKLOT_END_WITH_PARENT: '1',
  }
  const logs = join(dataFolder, 'logs')
  const stopping = new AbortController()
  const ending = AbortSignal.any([context.signal, stopping.signal])

  const server = await keepRunning(context, ending, {
    name: 'server',
    entry: serverEntry,
    nodeOptions: serverHeap,
    logFile: join(logs, 'server.log'),
    readyTimeout,
    startGrace: serverGrace,
    env: {
      ...common,
      BACKLOT_HOST: options.host,
      BACKLOT_PORT: String(options.port),
      BACKLOT_WEB: options.webFolder,
      ...(options.trustProxy !== undefined && { BACKLOT_TRUST_PROXY: options.trustProxy }),
    },
  })
  const { url, setupUrl, workerToken } = server.first.ready as { url: string; setupUrl?: string; workerToken: string }
  // A restarted server must be found where the first one was.
  server.setEnvironment({ BACKLOT_PORT: new URL(url).port })
  let worker: Kept | undefined
  const workerGrace = (options.worker?.drainSeconds ?? 0) + giveBack
  try {
    worker =
      options.worker &&
      (await keepRunning(context, ending, {
        name: 'worker',
        entry: workerEntry,
        logFile: join(logs, 'worker.log'),
        readyTimeout,
        startGrace: workerGrace,
        env: {
          ...common,
          // Scenes render below the worker: what it does not need, it does not get.
          DATABASE_URL: undefined,
          BACKLOT_METRICS_TOKEN: undefined,
          BACKLOT_SERVER: url,
          BACKLOT_WORKER_TOKEN: workerToken,
          BACKLOT_WORKER_DATA: join(dataFolder, 'worker'),
          BACKLOT_WORKER_NAME: options.worker.name,
          BACKLOT_WORKER_SLOTS: String(options.worker.slots),
          BACKLOT_WORKER_DRAIN_SECONDS: String(options.worker.drainSeconds),
        },
      }))
  } catch (error) {
    stopping.abort()
    await server.stop(serverGrace)
    throw error
  }
  return {
    url,
    setupUrl,
    async stop() {
      stopping.abort()
      await worker?.stop(workerGrace)
      await server.stop(serverGrace)
    },
  }
}

interface Kept {
  first: AppProcess
  /** For the next start. */
  setEnvironment: (more: Record<string, string>) => void
  stop: (graceSeconds: number) => Promise<void>
}

/** When `ending` aborts, a start that is under way ends, and there is no further one. */
async function keepRunning(context: CliContext, ending: AbortSignal, options: AppProcessOptions): Promise<Kept> {
  const first = await startApp(options, ending)
  let current: AppProcess | undefined = first
  const env = options.env
  const ended = (async () => {
    for (let failures = 0; !ending.aborted;) {
      const started = Date.now()
      const end = await current?.exited
      if (ending.aborted) return
      failures = Date.now() - started > 60_000 ? 1 : failures + 1
      context.output.warn(
        `The ${options.name} ended (${end?.signal ?? end?.code ?? 'it did not start'}); starting it again.`,
      )
      await sleep(backoff(failures, restart), ending).catch(() => undefined)
      if (ending.aborted) return
      current = await startApp(options, ending).catch((error: unknown) => {
        context.output.warn(messageOf(error))
        return undefined
      })
    }
  })()
  return {
    first,
    setEnvironment: (more) => void Object.assign(env, more),
    async stop(graceSeconds) {
      await current?.stop(graceSeconds)
      await ended
    },
  }
}
