import { resolve } from 'node:path'
import { BlendFile } from '../file/blend-file.ts'
import type { BlendInfo } from '../inspect/inspect.ts'
import { inspect } from '../inspect/inspect.ts'
import { openFile } from './byte-source.ts'
import { nodeCodecs } from './codecs.ts'

/** Inspects a .blend on this machine's disks. Throws `BlendFileError`. */
export async function inspectFile(path: string, signal?: AbortSignal): Promise<BlendInfo> {
  const absolute = resolve(path)
  const file = await BlendFile.open(await openFile(absolute), { codecs: nodeCodecs, signal })
  try {
    return await inspect(file, absolute)
  } finally {
    await file.close()
  }
}
