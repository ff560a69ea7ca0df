import module from 'node:module'
import type { RunningServer } from './start-server.ts'

module.enableCompileCache()

const { createLogger } = await import('@backlot/base/node/logger')
const { whenParentGone } = await import('@backlot/base/node/parent')
const { describeError } = await import('@backlot/contract/error-body')
const { readEnvironment } = await import('./environment.ts')
const { startServer } = await import('./start-server.ts')

let logger = createLogger({ app: 'server', level: 'info' })

// What nobody expected leaves nothing in a known state: say it, end, and let the supervisor start anew.
process.on('uncaughtException', (error) => {
  logger.fatal({ err: error }, 'unexpected error')
  process.exit(1)
})

try {
  const settings = readEnvironment(process.env)
  logger = createLogger({ app: 'server', level: settings.logLevel })
  const started = Promise.withResolvers<RunningServer>()
  let stopping = false
  const stop = (why: string) => {
    if (stopping) return
    stopping = true
    logger.info({ why }, 'stopping')
    // What hangs must not keep the machine from shutting down.
    setTimeout(() => process.exit(1), 25_000).unref()
    // Asked while it starts, it stops as soon as it has started: half a start would leave its database running.
    void started.promise
      .then((server) => server.stop())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          logger.error({ err: error }, 'stop failed')
          process.exit(1)
        },
      )
  }
  process.on('SIGTERM', () => stop('SIGTERM'))
  process.on('SIGINT', () => stop('SIGINT'))
  if (settings.endWithParent) whenParentGone(() => stop('the parent process ended'))
  const server = await startServer(settings, logger)
  started.resolve(server)
  process.stdout.write(`${JSON.stringify({ ready: true, ...server.announcement })}\n`)
} catch (error) {
  const { body, code } = describeError(error)
  logger.fatal(
    { code, details: body.error.details, ...(code === 'server.internal' && { err: error }) },
    body.error.message,
  )
  process.exitCode = 1
  setTimeout(() => process.exit(1), 1000).unref()
}
