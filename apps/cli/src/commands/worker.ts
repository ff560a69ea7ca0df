import { hostname } from 'node:os'
import { delimiter, join } from 'node:path'
import { createHash } from 'node:crypto'
import { findServer } from '../connection.ts'
import type { CliContext } from '../context.ts'
import { startApp } from '../stack/app-process.ts'
import { workerEntry } from '../stack/paths.ts'
import { untilAborted } from '../until-aborted.ts'

interface Options {
  token?: string
  name?: string
  tags: string
  slots: number
  blender: string[]
}

/** A running task may finish its frame before it is given back. Seconds. */
const drain = 590
/** Then it is ended by force. Seconds. */
const grace = drain + 10

/** Runs a worker until it is stopped; SIGTERM and Ctrl-C drain it. */
export async function run(context: CliContext, options: Options): Promise<number | void> {
  const { output, env, dataFolder, signal } = context
  const server = await findServer(context)
  const name = options.name ?? hostname()
  // One machine may serve several servers: each has its own credential and cache.
  const folder = join(
    dataFolder,
    'workers',
    createHash('sha256').update(`${server}\0${name}`).digest('hex').slice(0, 12),
  )
  const token = options.token ?? env.BACKLOT_WORKER_TOKEN
  const worker = await startApp({
    name: 'worker',
    entry: workerEntry,
    logFile: join(folder, 'worker.log'),
    readyTimeout: 120_000,
    env: {
      ...env,
      BACKLOT_SERVER: server,
      BACKLOT_WORKER_DATA: folder,
      BACKLOT_WORKER_NAME: name,
      BACKLOT_WORKER_TAGS: options.tags,
      BACKLOT_WORKER_SLOTS: String(options.slots),
      BACKLOT_CACHE: context.cacheFolder,
      BACKLOT_END_WITH_PARENT: '1',
      BACKLOT_WORKER_DRAIN_SECONDS: String(drain),
      ...(token !== undefined && { BACKLOT_WORKER_TOKEN: token }),
      ...(options.blender.length > 0 && { BACKLOT_BLENDER: options.blender.join(delimiter) }),
    },
  })
  output.line(
    { worker: name, server, pid: worker.pid },
    `Worker ${name} works for ${server}. Ctrl-C drains and stops it.`,
  )
  const ended = worker.exited.then(({ code }) => code ?? 1)
  const stopped = untilAborted(signal)
  const first = await Promise.race([ended, stopped])
  if (typeof first === 'number') return first === 0 ? 0 : 1
  output.note('Draining …')
  await worker.stop(grace)
}
