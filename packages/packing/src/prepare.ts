import { resolve } from 'node:path'
import { CodedError } from '@backlot/base/errors'
import { hydrateBy } from '@backlot/blendfile/node/cloud/hydrate'
import type { PathStyle } from '@backlot/blendfile/path/disk-path'
import { traceFile } from '@backlot/blendfile/node/trace-file'
import type { TraceProgress, TraceResult } from '@backlot/blendfile/trace/result'
import type { Progress } from '@backlot/transfer/progress'
import { bringFiles, withoutFiles } from './bring-files.ts'
import { layOut, type PackLayout } from './layout/layout.ts'
import { findProblems, type PackProblem } from './problems.ts'
import { rootFolder } from './root-folder.ts'

export interface PrepareRequest {
  /** The saved .blend. */
  file: string
  /** Project root; absent: the folder that the .blend shares with what it needs. */
  root?: string | undefined
}

export type PrepareProgress =
  | { stage: 'trace'; trace: TraceProgress }
  /** A library that is in a cloud, which has to be read; how large it is, only the cloud may know. */
  | { stage: 'fetch_library'; library: string; bytes: number }
  /** Other files that are in a cloud. */
  | { stage: 'fetch'; progress: Progress }

export interface PrepareOptions {
  signal?: AbortSignal | undefined
  onProgress?: ((progress: PrepareProgress) => void) | undefined
}

export interface Prepared {
  traced: TraceResult
  layout: PackLayout
  /** What would be left out, and what is only odd. */
  problems: PackProblem[]
  /** Of the disks that it was read from. */
  style: PathStyle
}

/**
 * Finds what a .blend needs, fetches what is in a cloud, and lays it out: what comes before any kind of packing.
 *
 * @throws `pack.root_not_found`, `blend.*` when the .blend itself can't be read; what else is wrong is in `problems`
 */
export async function prepare(request: PrepareRequest, { signal, onProgress }: PrepareOptions = {}): Promise<Prepared> {
  const cancellable = signal === undefined ? {} : { signal }
  const style = process.platform === 'win32' ? 'windows' : 'posix'
  const file = resolve(request.file)
  const root = request.root === undefined ? undefined : await rootFolder(request.root, file, style)
  const found = await traceFile(file, {
    ...cancellable,
    onProgress: (trace) => onProgress?.({ stage: 'trace', trace }),
    onFetch: (library, bytes) => onProgress?.({ stage: 'fetch_library', library, bytes }),
  })
  const away = await bringFiles(found, {
    ...cancellable,
    hydrate: (path, onBytes) => hydrateBy({ ...cancellable, onProgress: (_, bytes) => onBytes(bytes) })(path),
    onProgress: (progress) => onProgress?.({ stage: 'fetch', progress }),
  })
  const traced = withoutFiles(found, away)
  const layout = layOut(traced, { root, style })
  return { traced, layout, problems: findProblems(traced, layout), style }
}

/** Throws the worst of the problems that leave something out of the pack. */
export function refuseProblems(problems: readonly PackProblem[]): void {
  const worst = problems.find(({ code }) => code !== undefined)
  if (worst?.code !== undefined) throw new CodedError(worst.code, worst.message, { details: worst.details })
}
