import { rm } from 'node:fs/promises'
import { CodedError } from '@backlot/base/errors'
import type { Logger } from '@backlot/base/node/logger'
import type { AttemptResult } from '@backlot/contract/schemas/farm'
import type { Attempt } from './attempt.ts'
import { readCrashLog } from './crash-log.ts'
import { needSpace, spaceOf } from './disk.ts'
import { describeFailure, isDiskFull } from './failure.ts'
import type { Files } from './files.ts'
import type { Outbox } from './outbox/outbox.ts'
import type { Slot } from './slot.ts'
import { runStep } from './steps/registry.ts'

export interface RunOptions {
  attempt: Attempt
  slot: Slot
  files: Files
  outbox: Outbox
  dataFolder: string
  log: Logger
  /** Blender is probably done in so long. Milliseconds. */
  freeIn: (milliseconds: number) => void
  /** The slot is free; outputs may still be under way. */
  freed: () => void
}

/** What is to be reported; undefined: nothing, the server knows that somebody else has the task. */
export type Outcome = AttemptResult['result'] | undefined

/** So long the last log lines may hold up the report. Milliseconds. */
const logPatience = 3000
/** A disk with less room than this is full, whatever Blender says of the file that it could not write. Bytes. */
const fullBelow = 4 * 1024 ** 2

/** Runs one leased task to its end and says how it went. Leaves no file behind. */
export async function runAttempt(options: RunOptions): Promise<Outcome> {
  const { attempt, slot, files, outbox, log } = options
  const folder = await slot.attemptFolder(attempt).catch(() => undefined)
  let failure: unknown
  try {
    try {
      if (folder === undefined) throw new CodedError('render.disk_full', "The worker can't write into its data folder.")
      await needSpace(options.dataFolder, () => files.emptyCache())
      await runStep({
        attempt,
        folder,
        files,
        outbox,
        gpuIsBroken: slot.gpuIsBroken,
        tree: (archive) => slot.tree(attempt, archive),
        blender: (wish) => slot.blender(attempt, wish),
        needSpace: () => needSpace(options.dataFolder, () => files.emptyCache()),
        freeIn: options.freeIn,
        frameTime: slot.frameTimeOf(attempt),
      })
    } catch (error) {
      failure = error
    } finally {
      await slot.settle(attempt).catch((error: unknown) => log.error({ err: error }, 'a slot could not be tidied up'))
      options.freed()
    }
    if (attempt.signal.aborted) outbox.discard(attempt)
    // Frames that are done before a failure count: they still travel.
    await outbox.settled(attempt).catch((error: unknown) => (failure ??= error))
  } finally {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true }).catch(() => undefined)
  }
  return conclude(options, failure)
}

async function conclude({ attempt, dataFolder, files, log }: RunOptions, failure: unknown): Promise<Outcome> {
  switch (attempt.endReason) {
    case 'dropped':
      // A cancelled job waits for this word: then nothing of it runs any more.
      attempt.log.drop()
      return { state: 'released' }
    case 'released':
      await attempt.log.flush(logPatience)
      return { state: 'released' }
    case 'stalled':
      failure = new CodedError(
        'render.stalled',
        `There was no sign of life for ${Math.round(attempt.patience)} s; the render was ended.`,
      )
      break
    case undefined:
      if (failure === undefined) {
        await attempt.log.flush(logPatience)
        return { state: 'completed' }
      }
  }
  if (isStale(failure)) {
    attempt.log.drop()
    return undefined
  }
  const { free } = await spaceOf(dataFolder)
  if (free < fullBelow) failure = new CodedError('render.disk_full', "The worker's disk is full.", { cause: failure })
  if (isDiskFull(failure)) await files.emptyCache().catch(() => undefined)
  const described = describeFailure(failure)
  const frame = frameOf(failure) ?? attempt.report().frame
  log.warn({ ...described, frame, err: failure }, 'an attempt failed')
  attempt.log.write(`${described.code}: ${described.message}`, 'error')
  for (const traceback of tracebacksOf(failure)) attempt.log.write(traceback, 'error')
  const crashLog = failure instanceof CodedError ? failure.details.crashLog : undefined
  if (typeof crashLog === 'string') {
    attempt.log.write(`Blender's crash log is kept on the worker: ${crashLog}. Its end:`, 'error')
    for (const line of await readCrashLog(crashLog)) attempt.log.write(line, 'error')
  }
  await attempt.log.flush(logPatience)
  return { state: 'failed', ...described, frame }
}

/** The server has given the task to somebody else; what came late is not wanted. */
function isStale(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === 'farm.stale_attempt'
}

function frameOf(error: unknown): number | undefined {
  const frame = error instanceof CodedError ? error.details.frame : undefined
  return typeof frame === 'number' ? frame : undefined
}

function tracebacksOf(error: unknown): string[] {
  const tracebacks = error instanceof CodedError ? error.details.tracebacks : undefined
  return Array.isArray(tracebacks) ? tracebacks.filter((text) => typeof text === 'string') : []
}
