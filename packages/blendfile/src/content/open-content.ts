import type { ByteSource } from '../byte-source.ts'
import { readBytes } from '../byte-source.ts'
import type { Codecs } from '../codecs.ts'
import { BlendFileError } from '../errors.ts'
import { Content } from './content.ts'
import { expansionLimits, WorkMeter } from './expansion.ts'
import { plainLoader } from './plain.ts'
import { streamLoader } from './stream.ts'
import { isZstdFrame } from './zstd-frames.ts'
import { chunksOf, zstdLoader } from './zstd.ts'

export type Compression = 'none' | 'gzip' | 'zstd'

export interface OpenContentOptions {
  codecs: Codecs
  /** Memory for uncompressed pages of this file, in bytes. */
  cacheBytes?: number
  /** Shared by files that are inside each other: together they may cost what one may. */
  work?: WorkMeter
}

/** Finds out how a file is compressed and gives its uncompressed bytes. Throws `blend.not_a_blend`. */
export async function openContent(
  source: ByteSource,
  options: OpenContentOptions,
): Promise<{ content: Content; compression: Compression }> {
  const magic = await readBytes(source, 0, 7)
  const compression = compressionOf(magic)
  if (compression === undefined) {
    const message = source.size === 0 ? 'The file is empty.' : 'This is not a .blend file.'
    throw new BlendFileError('blend.not_a_blend', message)
  }
  const limits = expansionLimits(source.size)
  const work = options.work ?? new WorkMeter(limits.work)
  const loader =
    compression === 'none'
      ? plainLoader(source)
      : compression === 'zstd'
        ? await zstdLoader(source, options.codecs, limits.content, work)
        : streamLoader(
            () => options.codecs.stream('gzip', chunksOf(source, 0, source.size)),
            limits.content,
            work,
            () => source.close(),
          )
  return { content: new Content(loader, options.cacheBytes), compression }
}

function compressionOf(magic: Uint8Array): Compression | undefined {
  if (String.fromCharCode(...magic) === 'BLENDER') return 'none'
  if (magic[0] === 0x1f && magic[1] === 0x8b) return 'gzip'
  if (magic.length < 4) return undefined
  return isZstdFrame(new DataView(magic.buffer, magic.byteOffset).getUint32(0, true)) ? 'zstd' : undefined
}
