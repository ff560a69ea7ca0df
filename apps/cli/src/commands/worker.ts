import { hostname } from 'node:os'
import { delimiter, join } from 'node:path'
import { createHash } from 'node:crypto'
import { CodedError } from '@backlot/base/errors'
import { findBlenders } from '@backlot/blender/find'
import { createClient } from '@backlot/contract/client'
import { findOptions } from '../blender.ts'
import { findServer } from '../connection.ts'
import type { CliContext } from '../context.ts'
import { type AppProcessOptions, startApp } from '../stack/app-process.ts'
import { readSecretLine } from '../read-secret.ts'
import { workerEntry } from '../stack/paths.ts'
import { untilAborted } from '../until-aborted.ts'

interface Options {
  token?: string
  tokenStdin?: boolean
  name?: string
  tags: string
  slots: number
  blender: string[]
  allowNetwork?: boolean
  /** Bytes. */
  memoryLimit?: number
  cacheLimit?: number
  recycleTasks?: number
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
  const token = await readToken(context, options)
  const app: AppProcessOptions = {
    name: 'worker',
    entry: workerEntry,
    logFile: join(folder, 'worker.log'),
    readyTimeout: 120_000,
    startGrace: 20,
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
      ...(options.memoryLimit !== undefined && {
        BACKLOT_WORKER_MEMORY_MIB: String(Math.ceil(options.memoryLimit / 1024 ** 2)),
      }),
      ...(options.cacheLimit !== undefined && { BACKLOT_WORKER_CACHE_GIB: String(options.cacheLimit / 1024 ** 3) }),
      ...(options.recycleTasks !== undefined && { BACKLOT_WORKER_RECYCLE_TASKS: String(options.recycleTasks) }),
      ...(options.allowNetwork === true && { BACKLOT_WORKER_NETWORK: 'allow' }),
      ...(token !== undefined && { BACKLOT_WORKER_TOKEN: token }),
      ...(options.blender.length > 0 && { BACKLOT_BLENDER: options.blender.join(delimiter) }),
    },
  }
  await checkBlenders(context, options.blender)
  await createClient({ server }).info({}, { signal })
  const worker = await startApp(app, signal)
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

/** The join token: by the environment or stdin, or, for everybody on this machine to see, on the command line. */
async function readToken({ env, output }: CliContext, { token, tokenStdin }: Options): Promise<string | undefined> {
  if (token !== undefined && tokenStdin === true)
    throw new CodedError('cli.usage', 'Give the join token with --token or with --token-stdin, not with both.')
  if (tokenStdin === true) return (await readSecretLine('join token')).trim()
  if (token === undefined) return env.BACKLOT_WORKER_TOKEN
  // Where the system lets a process change its title this takes the token out of the process list for the rest of its life.
  process.title = 'backlot worker'
  output.note(
    'The process list showed the token for a moment: next time set BACKLOT_WORKER_TOKEN or use --token-stdin.',
  )
  return token
}

/** A path that is no Blender is a mistake to correct now, not a worker that quietly uses another one. */
async function checkBlenders(context: CliContext, paths: readonly string[]): Promise<void> {
  const { blenders, problems } = await findBlenders({ ...findOptions(context), paths })
  const [wrong] = problems
  if (wrong !== undefined)
    throw new CodedError('blender.not_found', `${wrong.path}: ${wrong.reason}`, { details: { path: wrong.path } })
  if (blenders.length === 0)
    context.output.note('This machine has no Blender yet: what a job asks for is fetched when it comes.')
}
