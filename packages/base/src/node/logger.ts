import { type Logger as PinoLogger, pino } from 'pino'

export type Logger = PinoLogger

export interface LoggerOptions {
  /** Which app writes: `server`, `worker`. */
  app: string
  level: string
}

/** JSON lines on stderr: stdout belongs to what a command answers. Ids are fields (`jobId`, `taskId`, `requestId`). */
export function createLogger({ app, level }: LoggerOptions): Logger {
  return pino(
    {
      level,
      base: { app, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // Whatever is logged by mistake: these names never show their value.
      redact: {
        paths: [
          'password',
          'token',
          'secret',
          'credential',
          'authorization',
          '*.password',
          '*.token',
          '*.secret',
          '*.credential',
          '*.authorization',
        ],
        censor: '…',
      },
    },
    pino.destination({ dest: 2, sync: false }),
  )
}
