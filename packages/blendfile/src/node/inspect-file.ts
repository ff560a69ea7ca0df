import { resolve } from 'node:path'
import { cloudFileSystem } from '../cloud/cloud-file-system.ts'
import { BlendFile } from '../file/blend-file.ts'
import type { BlendInfo } from '../inspect/inspect.ts'
import { inspect } from '../inspect/inspect.ts'
import { hydrateBy } from './cloud/hydrate.ts'
import { nodeCodecs } from './codecs.ts'
import { nodeFileSystem } from './file-system.ts'

/** Inspects a .blend on this machine's disks. Throws `BlendFileError`. */
export async function inspectFile(path: string, signal?: AbortSignal): Promise<BlendInfo> {
  const absolute = resolve(path)
  const fileSystem = cloudFileSystem(nodeFileSystem(), hydrateBy({ ...(signal && { signal }) }))
  const file = await BlendFile.open(await fileSystem.open(absolute), { codecs: nodeCodecs, signal })
  try {
    return await inspect(file, absolute)
  } finally {
    await file.close()
  }
}
