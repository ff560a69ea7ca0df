import { diskName } from '@backlot/base/node/disk-name'
import { type FileHandle, open } from 'node:fs/promises'
import { changed, type HashedFile, identityOf, isSame, unreadable } from './file-work.ts'

/** Bytes whose hash is known, to be sent. */
export interface BlobSource {
  /** Path on this machine, or what to call it in messages. */
  file: string
  /** Hexadecimal. */
  sha256: string
  size: number
  /**
   * A piece of it, which may stand in the given buffer: that is at least so long.
   *
   * @throws `transfer.file_changed` when it is no longer what was hashed, `transfer.unreadable`
   */
  read: (offset: number, length: number, buffer: Uint8Array) => Promise<Uint8Array>
}

export function fileSource(hashed: HashedFile): BlobSource {
  const { file, sha256, size } = hashed
  return { file, sha256, size, read: (offset, length, buffer) => readPiece(hashed, offset, buffer.subarray(0, length)) }
}

export function bufferSource(file: string, sha256: string, bytes: Uint8Array): BlobSource {
  const read = async (offset: number, length: number) => bytes.subarray(offset, offset + length)
  return { file, sha256, size: bytes.length, read }
}

async function readPiece(hashed: HashedFile, offset: number, bytes: Uint8Array): Promise<Uint8Array> {
  const handle = await open(diskName(hashed.file), 'r').catch((cause: unknown) => {
    throw unreadable(hashed.file, 'it was there a moment ago', cause)
  })
  try {
    if (!isSame(hashed, identityOf(await handle.stat({ bigint: true }), hashed.file))) throw changed(hashed.file)
    return await readFully(handle, hashed.file, offset, bytes)
  } finally {
    await handle.close()
  }
}

async function readFully(handle: FileHandle, file: string, offset: number, bytes: Uint8Array): Promise<Uint8Array> {
  for (let at = 0; at < bytes.length;) {
    const { bytesRead } = await handle.read(bytes, at, bytes.length - at, offset + at)
    if (bytesRead === 0) throw changed(file)
    at += bytesRead
  }
  return bytes
}

/** Buffers that are used again: with fresh ones of 16 MB, uploading 500 MB took 2.3 s of CPU instead of 1.7 s. */
export class BufferPool {
  readonly #free: Uint8Array[] = []

  /** Lends a buffer of at least this size; after a failure it is not taken back, as something may still read from it. */
  async lend<T>(size: number, work: (buffer: Uint8Array) => Promise<T>): Promise<T> {
    const at = this.#free.findIndex((buffer) => buffer.length >= size)
    const buffer = this.#free.splice(at, at < 0 ? 0 : 1)[0] ?? Buffer.allocUnsafeSlow(size)
    const result = await work(buffer)
    this.#free.push(buffer)
    return result
  }
}
