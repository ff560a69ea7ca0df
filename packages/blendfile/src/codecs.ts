import { BlendFileError } from './errors.ts'

/**
 * Decompression, injected because every platform has its own: Node's zlib (`node/codecs.ts`), `DecompressionStream`
 * plus a WASM zstd in a browser.
 */
export interface Codecs {
  /** Decompresses exactly one zstd frame whose content is `rawSize` bytes, and allocates no more. The result is the caller's own. */
  zstdFrame(frame: Uint8Array, rawSize: number): Uint8Array | Promise<Uint8Array>
  /** Decompresses a stream that holds one gzip member or one zstd frame, in chunks of any size. */
  stream(kind: 'gzip' | 'zstd', compressed: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>
}

/** Compression too, for writing. */
export interface WritingCodecs extends Codecs {
  /** One zstd frame that says how long its content is. */
  packZstdFrame(raw: Uint8Array): Uint8Array | Promise<Uint8Array>
  /** One gzip member or one zstd frame. `size`: bytes that will come, where that is known. */
  packStream(kind: 'gzip' | 'zstd', raw: AsyncIterable<Uint8Array>, size?: number): AsyncIterable<Uint8Array>
}

/** What every modern browser has: gzip. A zstd codec can be added: `{ ...webCodecs, zstdFrame: mine }`. */
export const webCodecs: WritingCodecs = {
  zstdFrame() {
    throw noZstd()
  },
  stream(kind, compressed) {
    if (kind !== 'gzip') throw noZstd()
    return streamOf(compressed).pipeThrough(new DecompressionStream('gzip'))
  },
  packZstdFrame() {
    throw noZstd()
  },
  packStream(kind, raw) {
    if (kind !== 'gzip') throw noZstd()
    return streamOf(raw).pipeThrough(new CompressionStream('gzip'))
  },
}

function noZstd(): BlendFileError {
  return new BlendFileError('blend.unsupported_compression', 'There is no zstd codec here for this .blend.')
}

function streamOf(chunks: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array<ArrayBuffer>> {
  const iterator = chunks[Symbol.asyncIterator]()
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await iterator.next()
      if (done) controller.close()
      else controller.enqueue(value as Uint8Array<ArrayBuffer>)
    },
    async cancel() {
      await iterator.return?.()
    },
  })
}
