import { join } from 'node:path'
import { CodedError, messageOf } from '@backlot/base/errors'
import { withFileLock } from '@backlot/base/node/file-lock'
import { createLogger, type Logger } from '@backlot/base/node/logger'
import { whenParentGone } from '@backlot/base/node/parent'
import { describeError } from '@backlot/contract/error-body'
import { readEnvironment, type WorkerEnvironment } from './environment.ts'
import { type RunningWorker, startWorker } from './worker.ts'

/** Once its parent died there is mostly no server either: what can't be finished in this time is given back. Seconds. */
const orphanSeconds = 5
/** A worker whose parent was killed gives back and ends: who starts again at once waits for it so long. Milliseconds. */
const predecessorPatience = 15_000
/** Who stops us properly closes stdin and sends SIGTERM: a closed stdin alone, so much later, is a dead parent. Milliseconds. */
const termPatience = 500
/** If ending hangs, the process goes all the same. Blender children then end by themselves. Milliseconds. */
const hardLimit = 20_000

process.exitCode = await main()
// A connection that lingers in a pool must not keep the process.
process.exit()

async function main(): Promise<number> {
  let log = createLogger({ app: 'worker', level: 'info' })
  try {
    const environment = readEnvironment(process.env)
    log = createLogger({ app: 'worker', level: environment.logLevel })
    const stop = new AbortController()
    let patience: NodeJS.Timeout | undefined
    const work = () => {
      clearTimeout(patience)
      return run(environment, log, stop)
    }
    return await withFileLock(join(environment.dataFolder, 'worker.lock'), work, {
      signal: stop.signal,
      onWait: (holder) => {
        log.info({ holder }, 'waiting for the worker before this one to end')
        const message = `Another worker (process ${holder}) runs with ${environment.dataFolder}.`
        const error = new CodedError('host.already_running', message, { details: { pid: holder } })
        patience = setTimeout(() => stop.abort(error), predecessorPatience)
      },
    })
  } catch (thrown) {
    // An aborted wait hands its reason over as the cause.
    const error = thrown instanceof Error && thrown.name === 'AbortError' ? thrown.cause : thrown
    const { code, body } = describeError(error)
    log.fatal({ code, details: body.error.details, err: error }, messageOf(error))
    return 1
  }
}

/** Runs the worker until it is told to end. Its exit code. */
async function run(environment: WorkerEnvironment, log: Logger, stop: AbortController): Promise<number> {
  const ended = Promise.withResolvers<number>()
  let worker: RunningWorker | undefined
  let drainSeconds: number | undefined
  let interrupts = 0
  const end = (why: string, seconds: number, exitCode = 0) => {
    drainSeconds = seconds
    log.info({ why, seconds }, 'draining')
    setTimeout(() => process.exit(exitCode), seconds * 1000 + hardLimit).unref()
    if (worker === undefined)
      stop.abort(new CodedError('cli.interrupted', 'The worker was stopped before it was online.'))
    worker?.drain(seconds).then(() => ended.resolve(exitCode), ended.reject)
  }
  process.on('SIGTERM', () => end('SIGTERM', environment.drainSeconds))
  process.on('SIGINT', () => end('SIGINT', ++interrupts > 1 ? 0 : environment.drainSeconds))
  if (environment.endWithParent) {
    whenParentGone(() => {
      setTimeout(() => {
        if (drainSeconds === undefined) end('the parent is gone', orphanSeconds)
      }, termPatience)
    })
  }
  const started = startWorker({
    environment,
    env: process.env,
    log,
    signal: stop.signal,
    onRefused: (error) => {
      log.fatal({ ...describeError(error).body.error, err: error }, 'the server refuses this worker')
      end('refused', 0, 3)
    },
  })
  try {
    worker = await started
  } catch (error) {
    if (drainSeconds !== undefined) return 0
    throw error
  }
  if (drainSeconds !== undefined) await worker.drain(0).then(() => ended.resolve(0), ended.reject)
  process.stdout.write(`${JSON.stringify({ ready: true, workerId: worker.workerId })}\n`)
  return ended.promise
}
