import { resolve } from 'node:path'
import { cloudFileSystem } from '../cloud/cloud-file-system.ts'
import type { TraceResult } from '../trace/result.ts'
import type { TraceOptions } from '../trace/trace.ts'
import { trace } from '../trace/trace.ts'
import { hydrateBy } from './cloud/hydrate.ts'
import { nodeCodecs } from './codecs.ts'
import { nodeFileSystem } from './file-system.ts'

export interface TraceFileOptions extends Partial<TraceOptions> {
  /** Bytes of a library that have arrived from a cloud. */
  onFetch?: (path: string, bytes: number) => void
}

/** Traces a .blend on this machine's disks. A library that is in a cloud is fetched, as it has to be read. See `trace`. */
export function traceFile(path: string, { onFetch, ...options }: TraceFileOptions = {}): Promise<TraceResult> {
  const { signal } = options
  const hydrate = hydrateBy({ ...(signal && { signal }), ...(onFetch && { onProgress: onFetch }) })
  const fileSystem = cloudFileSystem(nodeFileSystem(), hydrate)
  return trace(resolve(path), { fileSystem, codecs: nodeCodecs, ...options })
}
