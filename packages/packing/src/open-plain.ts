import { constants, type Stats } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { CodedError, messageOf, systemCode } from '@backlot/base/errors'
import { toNodePath } from '@backlot/blendfile/node/file-system'
import type { ErrorCode } from '@backlot/contract/errors'

/** Opening a pipe waits for somebody who writes; so it does not. No such thing on Windows. */
const withoutWaiting = constants.O_NONBLOCK ?? 0

/**
 * Opens a file that is packed. What took its place since it was traced, a folder, a pipe, a device, is refused.
 *
 * @throws `transfer.unreadable`
 */
export async function openPlain(file: string): Promise<{ handle: FileHandle; stats: Stats }> {
  const handle = await open(toNodePath(file), constants.O_RDONLY | withoutWaiting).catch((error: unknown) => {
    throw unreadable(file, systemCode(error) ?? messageOf(error), error)
  })
  try {
    const stats = await handle.stat()
    if (!stats.isFile()) throw unreadable(file, 'it is not a file any more')
    return { handle, stats }
  } catch (error) {
    await handle.close()
    throw error
  }
}

export function unreadable(file: string, why: string, cause?: unknown): CodedError<ErrorCode> {
  return new CodedError<ErrorCode>('transfer.unreadable', `${file} can't be read: ${why}.`, {
    details: { path: file },
    cause,
  })
}

/** It was written to while it was read: what was packed is neither the old file nor the new one. */
export function changedMeanwhile(file: string): CodedError<ErrorCode> {
  return new CodedError<ErrorCode>('transfer.file_changed', `${file} was written to while it was packed.`, {
    details: { path: file },
  })
}
