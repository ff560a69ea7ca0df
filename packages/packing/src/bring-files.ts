import { BlendFileError } from '@backlot/blendfile/errors'
import type { Hydrate } from '@backlot/blendfile/cloud/cloud-file-system'
import type { TraceProblem, TraceResult } from '@backlot/blendfile/trace/result'
import { forEachParallel } from '@backlot/transfer/gate'

const filesAtOnce = 4

export interface BringOptions {
  hydrate: Hydrate
  signal?: AbortSignal
  /** Files that were in a cloud when it began, and those that are here now. */
  onProgress?: (done: number, total: number) => void
}

/** Fetches what a trace found to be in a cloud. Answers what stayed away, by name, and why. Throws the signal's reason. */
export async function bringFiles({ files }: TraceResult, options: BringOptions): Promise<TraceProblem[]> {
  const { hydrate, signal, onProgress } = options
  const away = files.filter(({ cloud }) => cloud !== undefined)
  const problems: TraceProblem[] = []
  let done = 0
  if (away.length > 0) onProgress?.(done, away.length)
  await forEachParallel(away, filesAtOnce, signal, async ({ path }) => {
    try {
      await hydrate(path)
    } catch (error) {
      if (!(error instanceof BlendFileError)) throw error
      problems.push({ code: error.code, path, message: error.message })
    }
    onProgress?.(++done, away.length)
  })
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
