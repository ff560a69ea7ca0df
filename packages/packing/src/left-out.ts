import { hasDrive, type PathStyle, partsOf } from '@backlot/blendfile/path/disk-path'
import type { TraceResult } from '@backlot/blendfile/trace/result'
import type { PackLayout } from './layout/layout.ts'
import { sameName } from './layout/project-root.ts'

/** A reference that names a place on one machine only. */
export interface AbsoluteReference {
  /** Absolute path of the .blend that refers. */
  in: string
  block: string
  /** As it is in that file; in the pack it is relative. */
  stored: string
  path: string
}

/** What is not in a pack, and the code of the error that says why. */
export interface LeftOut {
  path: string
  code: string
}

/** References by absolute paths to files that are in the pack. Paths relative to where Blender was started are none. */
export function absoluteReferences({ usages }: TraceResult): AbsoluteReference[] {
  return usages
    .filter(({ files, packed, stored }) => !packed && files.length > 0 && isAbsoluteStored(stored))
    .map(({ in: file, block, stored, path }) => ({ in: file, block, stored, path }))
}

/** Drives and shares other than the project root's that files came from: `D:\`, `\\server\share\`. */
export function otherDrives({ root, outside }: PackLayout, style: PathStyle): string[] {
  const own = partsOf(style, root).root
  const others = new Map<string, string>()
  for (const file of outside) {
    const drive = partsOf(style, file).root
    if (!sameName(style, drive, own) && !others.has(drive.toLowerCase())) others.set(drive.toLowerCase(), drive)
  }
  return [...others.values()].toSorted()
}

/** Files that the .blend needs and the pack does not have: missing, unreadable, away in a cloud. By path. */
export function leftOut({ missing, errors, files }: TraceResult): LeftOut[] {
  const packed = new Set(files.map(({ path }) => path))
  const left = new Map(missing.map(({ path }) => [path, 'submit.missing_files']))
  for (const { path, code } of errors) if (!packed.has(path)) left.set(path, code)
  return Array.from(left, ([path, code]) => ({ path, code })).toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

/** `//` is relative; a slash of either kind or a drive begins what is not. */
function isAbsoluteStored(stored: string): boolean {
  return hasDrive(stored) || (/^[\\/]/.test(stored) && !stored.startsWith('//'))
}
