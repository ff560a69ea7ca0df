import { BlendFileError } from '@backlot/blendfile/errors'
import type { TraceProblem, TraceResult } from '@backlot/blendfile/trace/result'
import { forEachParallel } from '@backlot/transfer/gate'
import { type OnProgress, ProgressMeter } from '@backlot/transfer/progress'

const filesAtOnce = 4

export interface BringOptions {
  /** Brings one file; tells how many bytes of it have arrived. Throws `blend.not_downloaded` when it stays away. */
  hydrate: (path: string, onBytes: (bytes: number) => void) => Promise<void>
  signal?: AbortSignal
  onProgress?: OnProgress | undefined
}

/** Fetches what a trace found to be in a cloud. Answers what stayed away, by name, and why. Throws the signal's reason. */
export async function bringFiles({ files }: TraceResult, options: BringOptions): Promise<TraceProblem[]> {
  const { hydrate, signal, onProgress } = options
  const away = files.filter(({ cloud }) => cloud !== undefined)
  if (away.length === 0) return []
  const problems: TraceProblem[] = []
  const bytes = away.reduce((sum, { size }) => sum + size, 0)
  const meter = new ProgressMeter('receive', { files: away.length, bytes }, onProgress)
  meter.add(0)
  await forEachParallel(away, filesAtOnce, signal, async ({ path }) => {
    let arrived = 0
    try {
      await hydrate(path, (sum) => {
        meter.add(sum - arrived)
        arrived = sum
      })
    } catch (error) {
      if (!(error instanceof BlendFileError)) throw error
      problems.push({ code: error.code, path, message: error.message })
    }
    meter.add(0, 1)
  })
  meter.end()
  return problems.toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

/** The trace as it is when these files can't be had: they are in errors, and not packed. */
export function withoutFiles(traced: TraceResult, problems: readonly TraceProblem[]): TraceResult {
  if (problems.length === 0) return traced
  const gone = new Set(problems.map(({ path }) => path))
  return {
    ...traced,
    files: traced.files.filter(({ path }) => !gone.has(path)),
    usages: traced.usages.map((usage) => ({ ...usage, files: usage.files.filter((file) => !gone.has(file)) })),
    errors: [...traced.errors, ...problems],
  }
}
