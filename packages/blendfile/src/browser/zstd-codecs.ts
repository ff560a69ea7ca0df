import type { Codecs } from '../codecs.ts'
import { webCodecs } from '../codecs.ts'
import { BlendFileError, corrupt } from '../errors.ts'

/** What is needed of a decoder. `zstddec/stream` has it: WASM, 30 KB gzip, 10 times as fast as one in JavaScript. */
export interface ZstdDecoder {
  init(): Promise<void>
  decode(frame: Uint8Array, rawSize: number): Uint8Array
  decodeStreaming(chunks: Iterable<Uint8Array>): Iterable<Uint8Array>
}

/** A frame that is not read as one piece is taken into memory compressed: browsers have no zstd stream. */
const largestFrameBytes = 256 * 1024 * 1024
/** An error makes zstddec go on for ever without giving anything. */
const mostEmptyChunks = 1000

/** A browser's own gzip, and this zstd. It is started when the first frame is read. */
export function zstdCodecs(decoder: ZstdDecoder): Codecs {
  return {
    async zstdFrame(frame, rawSize) {
      await decoder.init()
      // It takes 0 for "unknown", and the frame's own word for how much memory that needs.
      return rawSize === 0 ? new Uint8Array(0) : decoder.decode(frame, rawSize)
    },
    stream: (kind, compressed) => (kind === 'gzip' ? webCodecs.stream(kind, compressed) : unpack(decoder, compressed)),
  }
}

async function* unpack(decoder: ZstdDecoder, compressed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  await decoder.init()
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of compressed) {
    length += chunk.length
    if (length > largestFrameBytes) {
      throw new BlendFileError('blend.too_large', 'The .blend has a zstd frame that is too large for a browser.')
    }
    chunks.push(chunk)
  }
  let empty = 0
  for (const chunk of decoder.decodeStreaming(chunks)) {
    empty = chunk.length === 0 ? empty + 1 : 0
    if (empty > mostEmptyChunks) throw corrupt('a zstd frame cannot be decompressed')
    if (chunk.length > 0) yield chunk
  }
}
