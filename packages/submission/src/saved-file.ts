import { stat } from 'node:fs/promises'
import { CodedError, systemCode } from '@backlot/base/errors'

/**
 * Makes sure that there is a file at this path, before anything tries to read it.
 *
 * @throws `submit.file_not_found`, `blend.unreadable` without the right, `submit.not_a_blend` for a folder or a device
 */
export async function checkIsFile(file: string): Promise<void> {
  const found = await stat(file).catch((error: unknown) => {
    const reason = systemCode(error) ?? ''
    if (reason === 'EACCES' || reason === 'EPERM')
      throw new CodedError('blend.unreadable', `${file} cannot be opened.`, { details: { file }, cause: error })
    if (!['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP'].includes(reason)) throw error
    throw new CodedError('submit.file_not_found', `There is no ${shortened(file)}. Was the scene saved?`, {
      details: { file },
      cause: error,
    })
  })
  if (found.isFile()) return
  const what = found.isDirectory() ? 'a folder' : 'not a file'
  throw new CodedError('submit.not_a_blend', `${file} is ${what}. Give the path of a saved .blend file.`, {
    details: { file },
  })
}

function shortened(path: string): string {
  return path.length <= 250 ? path : `${path.slice(0, 120)}…${path.slice(-60)}`
}
