import type { BigIntStats } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { CodedError } from '@backlot/base/errors'
import { toNodePath } from '@backlot/blendfile/node/file-system'
import type { ErrorCode } from '@backlot/contract/errors'
import type { PackLayout } from './layout/layout.ts'

/**
 * Nothing that is packed, and nobody's folder, may be overwritten. An archive of that name is replaced.
 *
 * @throws `pack.target_in_use`
 */
export async function checkTarget(out: string, mode: 'zip' | 'project', layout: PackLayout): Promise<void> {
  const found = await stat(out, { bigint: true }).catch(() => undefined)
  if (found === undefined) return
  const refuse = (why: string) => {
    throw new CodedError<ErrorCode>('pack.target_in_use', `${out} ${why}.`, { details: { out } })
  }
  if (await isPacked(found, layout)) refuse('is one of the files that are packed')
  if (mode === 'zip') {
    if (found.isDirectory()) refuse('is a folder')
    // Root could replace /dev/null.
    if (!found.isFile()) refuse('is not a file')
    return
  }
  if (!found.isDirectory()) refuse('is a file')
  if ((await readdir(out)).length > 0) refuse('is a folder that is not empty')
}

/** By what it is and not by its name: through links, and by other spellings where the disk takes them for one. */
async function isPacked(found: BigIntStats, { entries }: PackLayout): Promise<boolean> {
  if (!found.isFile()) return false
  for (const { file, size, kind } of entries) {
    if (kind !== 'main' && BigInt(size) !== found.size) continue
    const other = await stat(toNodePath(file), { bigint: true }).catch(() => undefined)
    if (other?.dev === found.dev && other.ino === found.ino) return true
  }
  return false
}
