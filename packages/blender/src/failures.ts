import { readFileSync } from 'node:fs'
import { CodedError } from '@backlot/base/errors'
import type { ProcessExit } from '@backlot/base/node/process-group'
import type { WireError } from './channel.ts'

/** What a failure means for a retry; the same words as in the contract's `failureCauses`. */
export type FailureCause =
  | 'scene'
  | 'missing_asset'
  | 'script'
  | 'out_of_memory'
  | 'gpu'
  | 'crash'
  | 'stalled'
  | 'bad_output'
  | 'no_blender'
  | 'licence'
  | 'disk_full'
  | 'host'

const causes: Record<string, FailureCause> = {
  'render.scene_error': 'scene',
  'render.no_camera': 'scene',
  'render.views_apart': 'scene',
  'render.split_refused': 'scene',
  'render.denoiser_missing': 'scene',
  'blend.corrupt': 'scene',
  'render.path_too_long': 'scene',
  'render.missing_asset': 'missing_asset',
  'render.script_error': 'script',
  'render.out_of_memory': 'out_of_memory',
  'render.gpu_error': 'gpu',
  'render.crashed': 'crash',
  'render.stalled': 'stalled',
  'render.bad_output': 'bad_output',
  'render.no_blender': 'no_blender',
  'render.licence_missing': 'licence',
  'blender.not_found': 'no_blender',
  'render.disk_full': 'disk_full',
}

/** Whose fault an error is. What is not known is the host's, so that it never burns a retry. */
export function failureCauseOf(error: unknown): FailureCause {
  return (error instanceof CodedError && causes[error.code]) || 'host'
}

export function errorFromWire({ code, message, details }: WireError): CodedError {
  return new CodedError(code, message, { details })
}

/** How many processes the system has killed for want of memory: a higher number after a SIGKILL tells the cause. */
export function countOutOfMemoryKills(): number {
  for (const [file, name] of [
    ['/sys/fs/cgroup/memory.events', 'oom_kill'],
    ['/proc/vmstat', 'oom_kill'],
  ] as const) {
    try {
      const count = new RegExp(`^${name} (\\d+)$`, 'm').exec(readFileSync(file, 'utf8'))?.[1]
      if (count !== undefined) return Number(count)
    } catch {
      // Not Linux, or an older kernel.
    }
  }
  return 0
}

export interface ExitFacts extends ProcessExit {
  crashLog: string | undefined
  lastLines: readonly string[]
  outOfMemoryKills: number
  /** Scripts of a scene were allowed in it. */
  ranScripts: boolean
}

const memoryWords = /out of memory|bad_alloc|Malloc returns null|cannot allocate memory|MemoryError/i

/** Of render engines and add-ons that need one: the licence servers' own words. */
const licenceWords =
  /licen[cs]e.{0,40}(not available|unavailable|expired|denied|in use|checkout failed|could not be|failed)|(no|all) licen[cs]es? (available|in use)|failed to (check out|acquire) .{0,20}licen[cs]e/i

/** Why a Blender ended that was not told to. */
export function errorFromExit(facts: ExitFacts): CodedError {
  const { code, signal, crashLog, lastLines } = facts
  const details = { exitCode: code, signal, crashLog, lastLines: lastLines.slice(-20) }
  const killedForMemory = signal === 'SIGKILL' && facts.outOfMemoryKills > 0
  if (killedForMemory || lastLines.slice(-40).some((line) => memoryWords.test(line))) {
    return new CodedError('render.out_of_memory', 'Blender ran out of memory and was ended.', { details })
  }
  if (lastLines.slice(-40).some((line) => licenceWords.test(line))) {
    return new CodedError('render.licence_missing', 'A licence was not free, and Blender ended.', { details })
  }
  const missingEgl = lastLines.find((line) => /libEGL|EGL Error|Couldn't open libEGL/i.test(line))
  if (missingEgl && signal === 'SIGABRT') {
    return new CodedError('blender.library_missing', `Blender could not start its graphics: ${missingEgl.trim()}`, {
      details,
    })
  }
  if (signal === null && facts.ranScripts) {
    const message = `A script of the scene ended Blender (exit code ${code}): it must not call exit or quit.`
    return new CodedError('render.script_error', message, { details })
  }
  const how = signal === null ? `exit code ${code}` : signal
  return new CodedError('render.crashed', `Blender ended by itself (${how}).`, { details })
}
