import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { systemCode } from '../errors.ts'

/**
 * Makes a folder with the ones above it; one that is there stays as it is. Not Node's recursive `mkdir`, which never comes
 * back where a file system answers ENOENT although the folder above is there (`/proc`): that is EACCES here.
 */
export async function makeFolder(path: string, mode?: number): Promise<void> {
  try {
    await mkdir(path, mode)
  } catch (error) {
    const code = systemCode(error)
    const parent = dirname(path)
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return
    if (code !== 'ENOENT' || parent === path) throw error
    if (await isFolder(parent))
      throw Object.assign(new Error(`${path} can't be made`, { cause: error }), { code: 'EACCES', path })
    await makeFolder(parent, mode)
    await mkdir(path, mode).catch((again: unknown) => {
      if (systemCode(again) !== 'EEXIST') throw again
    })
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}
