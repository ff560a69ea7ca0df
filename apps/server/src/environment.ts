import { CodedError } from '@backlot/base/errors'
import { z } from 'zod'

/** Everything that the server takes from its environment. Read once, in `main.ts`. */
const schema = z.object({
  /** Folder of the installation's state. */
  BACKLOT_DATA: z.string().min(1),
  BACKLOT_HOST: z.string().default('127.0.0.1'),
  /** 0: any free port. */
  BACKLOT_PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  /** What people type, when a proxy stands before the server: `https://backlot.example.org`. */
  BACKLOT_PUBLIC_URL: z.url().optional(),
  /** Proxies whose word counts for a client's address and host: `10.0.0.0/8,loopback`. Default: nobody's. */
  BACKLOT_TRUST_PROXY: z.string().optional(),
  /** Who scrapes `/metrics` sends it as a bearer token. Absent: nobody may. */
  BACKLOT_METRICS_TOKEN: z
    .string()
    .regex(/^\S{16,}$/, '16 characters or more without spaces')
    .optional(),
  /** A database login that may create roles. Absent: the PostgreSQL that runs in the data folder. */
  DATABASE_URL: z.url().optional(),
  /** Folder with the built web app. */
  BACKLOT_WEB: z.string().optional(),
  BACKLOT_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  /** `1`: end when stdin closes, that is with the process that started this one. */
  BACKLOT_END_WITH_PARENT: z.string().optional(),
})

export interface Settings {
  dataFolder: string
  host: string
  port: number
  publicUrl: string | undefined
  /** Addresses and networks. */
  trustProxy: string[]
  metricsToken: string | undefined
  databaseUrl: string | undefined
  webFolder: string | undefined
  logLevel: string
  endWithParent: boolean
}

/** Throws `cli.usage` that names each variable that is wrong. */
export function readEnvironment(env: Record<string, string | undefined>): Settings {
  const parsed = schema.safeParse(env)
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
    throw new CodedError('cli.usage', `The server's environment is not right. ${problems.join('; ')}`)
  }
  const read = parsed.data
  return {
    dataFolder: read.BACKLOT_DATA,
    host: read.BACKLOT_HOST,
    port: read.BACKLOT_PORT,
    publicUrl: read.BACKLOT_PUBLIC_URL?.replace(/\/$/, ''),
    trustProxy: (read.BACKLOT_TRUST_PROXY ?? '').split(/[\s,]+/).filter(Boolean),
    metricsToken: read.BACKLOT_METRICS_TOKEN,
    databaseUrl: read.DATABASE_URL,
    webFolder: read.BACKLOT_WEB,
    logLevel: read.BACKLOT_LOG_LEVEL,
    endWithParent: read.BACKLOT_END_WITH_PARENT === '1',
  }
}
