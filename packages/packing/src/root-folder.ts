import { realpath, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { CodedError } from '@backlot/base/errors'
import type { PathStyle } from '@backlot/blendfile/path/disk-path'
import type { ErrorCode } from '@backlot/contract/errors'
import { isInside } from './layout/project-root.ts'

/**
 * The folder that somebody named as project root, absolute; under its real name where that is what the .blend's path has
 * in it: a link to the project's folder means that folder. `file`: the .blend, absolute.
 *
 * @throws `pack.root_not_found`
 */
export async function rootFolder(root: string, file: string, style: PathStyle): Promise<string> {
  const folder = resolve(root)
  const found = await stat(folder).catch(() => undefined)
  if (!found?.isDirectory())
    throw new CodedError<ErrorCode>('pack.root_not_found', `There is no folder ${folder} to be the project's root.`, {
      details: { root: folder },
    })
  if (isInside(style, file, folder)) return folder
  const real = await realpath(folder)
  return isInside(style, file, real) ? real : folder
}
