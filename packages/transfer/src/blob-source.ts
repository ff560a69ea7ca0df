import { type FileHandle, open } from 'node:fs/promises'
import { changed, type HashedFile, identityOf, isSame, unreadable } from './file-work.ts'

/** Bytes whose hash is known, to be sent. */
export interface BlobSource {
  /** Path on this machine, or what to call it in messages. */
  file: string
  /** Hexadecimal. */
  sha256: string
  size: number
  /** A piece of it. @throws `transfer.file_changed` when it is no longer what was hashed, `transfer.unreadable` */
  read: (offset: number, length: number) => Promise<Uint8Array>
}

export function fileSource(hashed: HashedFile): BlobSource {
  const { file, sha256, size } = hashed
  return { file, sha256, size, read: (offset, length) => readPiece(hashed, offset, length) }
}

export function bufferSource(file: string, sha256: string, bytes: Uint8Array): BlobSource {
  const read = async (offset: number, length: number) => bytes.subarray(offset, offset + length)
  return { file, sha256, size: bytes.length, read }
}

async function readPiece(hashed: HashedFile, offset: number, length: number): Promise<Uint8Array> {
  const handle = await open(hashed.file, 'r').catch((cause: unknown) => {
    throw unreadable(hashed.file, 'it was there a moment ago', cause)
  })
  try {
    if (!isSame(hashed, identityOf(await handle.stat({ bigint: true }), hashed.file))) throw changed(hashed.file)
    return await readFully(handle, hashed.file, offset, length)
  } finally {
    await handle.close()
  }
}

async function readFully(handle: FileHandle, file: string, offset: number, length: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(length)
  for (let at = 0; at < length;) {
    const { bytesRead } = await handle.read(bytes, at, length - at, offset + at)
    if (bytesRead === 0) throw changed(file)
    at += bytesRead
  }
  return bytes
}
