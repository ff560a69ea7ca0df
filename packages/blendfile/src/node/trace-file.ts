import { resolve } from 'node:path'
import type { TraceResult } from '../trace/result.ts'
import type { TraceOptions } from '../trace/trace.ts'
import { trace } from '../trace/trace.ts'
import { nodeCodecs } from './codecs.ts'
import { nodeFileSystem } from './file-system.ts'

/** Traces a .blend on this machine's disks. See `trace`. */
export function traceFile(path: string, options: Partial<TraceOptions> = {}): Promise<TraceResult> {
  return trace(resolve(path), { fileSystem: nodeFileSystem(), codecs: nodeCodecs, ...options })
}
