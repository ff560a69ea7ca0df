import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { systemCode } from '../errors.ts'

/**
 * Makes a folder with the ones above it; one that is there stays as it is. Not Node's recursive `mkdir`, which never comes
 * back where a file system answers ENOENT although the folder above is there (`/proc`): that is EACCES here.
 */
export async function makeFolder(path: string, mode?: number): Promise<void> {
  if (await makeOne(path, mode)) return
  const parent = dirname(path)
  if (parent !== path) await makeFolder(parent, mode)
  if (!(await makeOne(path, mode))) throw Object.assign(new Error(`${path} can't be made`), { code: 'EACCES', path })
}

/** False when the folder above is not there. */
async function makeOne(path: string, mode: number | undefined): Promise<boolean> {
  try {
    await mkdir(path, mode)
    return true
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT') return false
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return true
    throw error
  }
}
