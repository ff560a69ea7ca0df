import type { ByteSource } from '../byte-source.ts'
import { readBytes } from '../byte-source.ts'
import type { Codecs } from '../codecs.ts'
import { BlendFileError } from '../errors.ts'
import { Content } from './content.ts'
import { plainLoader } from './plain.ts'
import { streamLoader } from './stream.ts'
import { isZstdFrame } from './zstd-frames.ts'
import { chunksOf, zstdLoader } from './zstd.ts'

export type Compression = 'none' | 'gzip' | 'zstd'

export interface OpenContentOptions {
  codecs: Codecs
  /** Memory for uncompressed pages of this file, in bytes. */
  cacheBytes?: number
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
  const loader =
    compression === 'none'
      ? plainLoader(source)
      : compression === 'zstd'
        ? await zstdLoader(source, options.codecs, maxExpandedBytes(source.size))
        : streamLoader(
            () => options.codecs.stream('gzip', chunksOf(source, 0, source.size)),
            maxExpandedBytes(source.size),
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

/** How far a stream may expand: far above any real .blend (about 3 to 20 times), far below a bomb (about 1000 times). */
function maxExpandedBytes(size: number): number {
  return Math.max(512 * 1024 * 1024, size * 100)
}
