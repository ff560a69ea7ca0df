import type { Duplex } from 'node:stream'
import { pipeline, Readable } from 'node:stream'
import {
  constants,
  createGunzip,
  createGzip,
  createZstdCompress,
  createZstdDecompress,
  zstdCompressSync,
  zstdDecompressSync,
} from 'node:zlib'
import type { WritingCodecs } from '../codecs.ts'
import { truncated } from '../errors.ts'

/** Of a stream's chunks; each stream takes one at once, and a file may be a thousand small frames. */
const outputBytes = 128 * 1024
/** The levels that Blender writes with. */
const zstdParams = { [constants.ZSTD_c_compressionLevel]: 3 }
const gzipLevel = 1

/** Node's zlib. A frame is about 1 MiB, 1 ms: not worth a thread's hand-over, which doubles its CPU time. */
export const nodeCodecs: WritingCodecs = {
  zstdFrame(frame, rawSize) {
    // One byte more than needed: a chunk that is exactly full makes zlib take a second one.
    const { buffer, byteOffset, length } = zstdDecompressSync(frame, {
      maxOutputLength: Math.max(1, rawSize),
      chunkSize: Math.max(64, rawSize + 1),
    })
    // Not a Buffer: its `slice` is a view, and every path that was copied by it would keep its frame in memory
    // (measured: 583 MB instead of 210 for 2,000 images all over a 480 MB file).
    return new Uint8Array(buffer, byteOffset, length)
  },

  async *stream(kind, compressed) {
    const options = { chunkSize: outputBytes }
    const unpack = kind === 'gzip' ? createGunzip(options) : createZstdDecompress(options)
    try {
      yield* through(compressed, unpack)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'Z_BUF_ERROR') throw error
      throw truncated(`its ${kind} stream`, unpack.bytesWritten)
    }
  },

  packZstdFrame: (raw) => zstdCompressSync(raw, { params: zstdParams, chunkSize: Math.max(64, raw.length) }),

  packStream(kind, raw, size) {
    const options = { chunkSize: outputBytes }
    const pack =
      kind === 'gzip'
        ? createGzip({ ...options, level: gzipLevel })
        : createZstdCompress({ ...options, params: zstdParams, pledgedSrcSize: size })
    return through(raw, pack)
  },
}

function through(chunks: AsyncIterable<Uint8Array>, transform: Duplex): AsyncIterable<Uint8Array> {
  // Errors reach the reader through the stream itself; the callback only keeps them from being thrown.
  pipeline(Readable.from(chunks, { objectMode: true }), transform, () => undefined)
  return transform as AsyncIterable<Uint8Array>
}
