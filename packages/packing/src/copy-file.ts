import { constants } from 'node:fs'
import { copyFile, open } from 'node:fs/promises'
import { toNodePath } from '@backlot/blendfile/node/file-system'
import { openPlain } from './open-plain.ts'

/** A copy by one call of the system can't be cancelled, and does not say how far it is. Up to here that is a moment. */
const oneCallBytes = 32 << 20
const pieceBytes = 4 << 20

export interface CopyFileOptions {
  /** Bytes, as far as they are known. */
  size: number
  signal?: AbortSignal | undefined
  /** Called with what was copied since the last call. */
  onBytes?: ((bytes: number) => void) | undefined
}

/**
 * Copies a file to where nothing is. Blocks are shared with the original where the file system can (reflink).
 *
 * @throws errors of the system, `transfer.unreadable`, the signal's reason
 */
export async function copyPlainFile(from: string, to: string, options: CopyFileOptions): Promise<void> {
  const { size, signal, onBytes } = options
  signal?.throwIfAborted()
  // The system's own call waits when a pipe has taken the file's place.
  await (await openPlain(from)).handle.close()
  if (size <= oneCallBytes) {
    await copyFile(toNodePath(from), to, constants.COPYFILE_FICLONE)
    onBytes?.(size)
    return
  }
  const isShared = await copyFile(toNodePath(from), to, constants.COPYFILE_FICLONE_FORCE).then(
    () => true,
    () => false, // what the reason was, copying it tells
  )
  if (isShared) onBytes?.(size)
  else await copyPieces(from, to, signal, onBytes)
}

async function copyPieces(
  from: string,
  to: string,
  signal: AbortSignal | undefined,
  onBytes: CopyFileOptions['onBytes'],
): Promise<void> {
  const { handle: source } = await openPlain(from)
  try {
    const target = await open(to, 'w')
    try {
      const piece = Buffer.allocUnsafe(pieceBytes)
      for (;;) {
        signal?.throwIfAborted()
        const { bytesRead } = await source.read(piece, 0, pieceBytes, null)
        if (bytesRead === 0) break
        for (let done = 0; done < bytesRead;)
          done += (await target.write(piece, done, bytesRead - done, null)).bytesWritten
        onBytes?.(bytesRead)
      }
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
}
