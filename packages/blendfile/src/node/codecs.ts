import { pipeline, Readable } from 'node:stream'
import { createGunzip, createZstdDecompress, zstdDecompressSync } from 'node:zlib'
import type { Codecs } from '../codecs.ts'
import { truncated } from '../errors.ts'

const outputBytes = 1024 * 1024

/** Node's zlib. A frame is about 1 MiB, 1 ms: not worth a thread's hand-over, which doubles its CPU time. */
export const nodeCodecs: Codecs = {
  zstdFrame(frame, rawSize) {
    const size = Math.max(1, rawSize)
    return zstdDecompressSync(frame, { maxOutputLength: size, chunkSize: Math.max(64, size) })
  },

  async *stream(kind, compressed) {
    const options = { chunkSize: outputBytes }
    const unpack = kind === 'gzip' ? createGunzip(options) : createZstdDecompress(options)
    // Errors reach the reader through the stream itself; the callback only keeps them from being thrown.
    pipeline(Readable.from(compressed, { objectMode: true }), unpack, () => undefined)
    try {
      yield* unpack as AsyncIterable<Uint8Array>
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'Z_BUF_ERROR') throw error
      throw truncated(`its ${kind} stream`, unpack.bytesWritten)
    }
  },
}
