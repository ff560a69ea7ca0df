import { unreadable } from './errors.ts'

/** Random access to bytes, wherever they are: a file, a browser's File, a slice of memory. The package's only input. */
export interface ByteSource {
  /** Size in bytes. */
  readonly size: number
  /**
   * Reads into `target`, starting at `position` of the source. Resolves to the number of bytes read, which is less
   * than `target.length` only at the end of the source.
   */
  read(target: Uint8Array, position: number): Promise<number>
  close(): Promise<void>
}

/** Reads `length` bytes at `position`; the result is shorter only at the end of the source, empty outside of it. */
export async function readBytes(source: ByteSource, position: number, length: number): Promise<Uint8Array> {
  if (position < 0) return new Uint8Array(0)
  const target = new Uint8Array(Math.max(0, Math.min(length, source.size - position)))
  const count = target.length === 0 ? 0 : await source.read(target, position)
  return count === target.length ? target : target.subarray(0, count)
}

/** Bytes that are already in memory. */
export function memorySource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    async read(target, position) {
      const part = bytes.subarray(position, position + target.length)
      target.set(part)
      return part.length
    },
    async close() {},
  }
}

/** A browser's `File` or `Blob`. */
export function blobSource(blob: Blob): ByteSource {
  return {
    size: blob.size,
    async read(target, position) {
      const slice = blob.slice(position, position + target.length)
      // A file that was changed or removed after it was chosen can't be read any more.
      const buffer = await slice.arrayBuffer().catch((cause: unknown) => {
        throw unreadable('The file cannot be read any more: it was changed or moved.', cause)
      })
      const part = new Uint8Array(buffer)
      target.set(part)
      return part.length
    },
    async close() {},
  }
}
