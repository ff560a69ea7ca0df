import { availableParallelism, hostname, totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import { CodedError } from '@backlot/base/errors'
import { cacheFolder, dataFolder, surroundings } from '@backlot/base/node/folders'
import { workerHello } from '@backlot/contract/schemas/farm'
import { tag } from '@backlot/contract/schemas/jobs'
import { z } from 'zod'

const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  )
const whole = (smallest: number, largest: number, otherwise: number) =>
  z.coerce.number().int().min(smallest).max(largest).default(otherwise)
const gibibyte = 1024 ** 3

const variables = z.object({
  BACKLOT_SERVER: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, '')),
  /** A join token; only the first start needs it. */
  BACKLOT_WORKER_TOKEN: z.string().min(1).optional(),
  BACKLOT_WORKER_NAME: workerHello.shape.name.default(hostname()),
  BACKLOT_WORKER_TAGS: list.pipe(z.array(tag).max(50)),
  BACKLOT_WORKER_SLOTS: whole(1, 256, 1),
  BACKLOT_WORKER_DATA: z.string().optional(),
  /** Whether this worker fetches a Blender that a job asks for and it does not have. */
  BACKLOT_WORKER_INSTALL: z.enum(['yes', 'no']).default('yes'),
  /** `none`: Blenders are started without a network where this machine can do that. */
  BACKLOT_WORKER_NETWORK: z.enum(['none', 'allow']).default('none'),
  /** The blob cache is kept below this many GiB. */
  BACKLOT_WORKER_CACHE_GIB: z.coerce.number().min(0.1).default(50),
  /** A Blender that holds more after a task is replaced. MiB; 0: never. Default: its slot's part of 80 % of the memory. */
  BACKLOT_WORKER_MEMORY_MIB: z.coerce.number().int().min(0).max(100_000_000).optional(),
  /** A Blender is replaced after so many tasks; 0: never. */
  BACKLOT_WORKER_RECYCLE_TASKS: whole(0, 1_000_000, 200),
  /** So long a draining worker finishes what it holds before it gives it back. Seconds. */
  BACKLOT_WORKER_DRAIN_SECONDS: whole(0, 86_400, 600),
  /** `1`: end when stdin closes, that is with the process that started this one. */
  BACKLOT_END_WITH_PARENT: z.string().optional(),
  BACKLOT_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
})

/** What a worker is told at its start. Folders are absolute. */
export interface WorkerEnvironment {
  server: string
  joinToken: string | undefined
  name: string
  tags: string[]
  slots: number
  dataFolder: string
  cacheFolder: string
  mayInstall: boolean
  /** What Blenders may reach. */
  network: 'none' | 'allow'
  cacheBytes: number
  memoryLimitBytes: number | undefined
  recycleTasks: number | undefined
  drainSeconds: number
  endWithParent: boolean
  logLevel: z.infer<typeof variables>['BACKLOT_LOG_LEVEL']
  cpus: number
}

/** Reads the environment, once, at the start. Throws `cli.usage` that names every wrong variable. */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): WorkerEnvironment {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const parsed = variables.safeParse(given)
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
    throw new CodedError('cli.usage', `The worker's environment is not right. ${wrong.join('; ')}`, {
      details: { wrong },
    })
  }
  const values = parsed.data
  const around = surroundings(env)
  return {
    server: values.BACKLOT_SERVER,
    joinToken: values.BACKLOT_WORKER_TOKEN,
    name: values.BACKLOT_WORKER_NAME,
    tags: values.BACKLOT_WORKER_TAGS,
    slots: values.BACKLOT_WORKER_SLOTS,
    dataFolder: resolve(values.BACKLOT_WORKER_DATA ?? join(dataFolder(around), 'worker', 'default')),
    cacheFolder: resolve(cacheFolder(around)),
    mayInstall: values.BACKLOT_WORKER_INSTALL === 'yes',
    network: values.BACKLOT_WORKER_NETWORK,
    cacheBytes: Math.round(values.BACKLOT_WORKER_CACHE_GIB * gibibyte),
    memoryLimitBytes: memoryLimitOf(values.BACKLOT_WORKER_MEMORY_MIB, values.BACKLOT_WORKER_SLOTS),
    recycleTasks: values.BACKLOT_WORKER_RECYCLE_TASKS || undefined,
    drainSeconds: values.BACKLOT_WORKER_DRAIN_SECONDS,
    endWithParent: values.BACKLOT_END_WITH_PARENT === '1',
    logLevel: values.BACKLOT_LOG_LEVEL,
    cpus: availableParallelism(),
  }
}

/** Of the memory, what Blenders may hold between tasks: the rest is the system's, and the spare Blender's. */
const memoryShare = 0.8

function memoryLimitOf(mebibytes: number | undefined, slots: number): number | undefined {
  if (mebibytes !== undefined) return mebibytes === 0 ? undefined : mebibytes * 1024 ** 2
  // A container's limit; where there is none it is 0, or a number far beyond the machine's memory.
  const limit = process.constrainedMemory() || Number.POSITIVE_INFINITY
  return Math.floor((Math.min(totalmem(), limit) * memoryShare) / slots)
}
