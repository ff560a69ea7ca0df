import type { BlendPath } from './blend-path.ts'
import type { PathStyle } from './disk-path.ts'
import { directoryOf, hasDrive, joinPath, normalisePath, partsOf } from './disk-path.ts'

/**
 * Where a stored path leads on this system's disk, as Blender reads it:
 *
 * - `//` is the folder of the .blend that holds the path; the rest may have come from any system, so both slashes part.
 * - A drive on a system without drives: `C:\textures\a.png` is `/c/textures/a.png`, as Blender does.
 * - On Windows a path from the root (`/textures`) means the drive of the .blend.
 * - Anything else that is not absolute is relative to the .blend too: Blender would take its working directory, which a
 *   farm does not have.
 *
 * `blendPath` and the result are absolute; the result is normalised.
 */
export function resolvePath(stored: BlendPath, blendPath: string, style: PathStyle): string {
  const text = stored.toString()
  const folder = directoryOf(style, blendPath)
  if (stored.isRelative) return normalisePath(style, joinPath(style, folder, text.slice(2).replaceAll('\\', '/')))
  return style === 'windows' ? resolveOnWindows(text, folder) : resolveOnPosix(text, folder)
}

function resolveOnWindows(text: string, folder: string): string {
  if (hasDrive(text) || text.startsWith('\\\\')) return normalisePath('windows', text)
  if (/^[\\/]/.test(text)) return normalisePath('windows', partsOf('windows', folder).root + text.slice(1))
  return normalisePath('windows', joinPath('windows', folder, text))
}

function resolveOnPosix(text: string, folder: string): string {
  const unified = text.replaceAll('\\', '/')
  if (hasDrive(text)) return normalisePath('posix', `/${text.charAt(0).toLowerCase()}/${unified.slice(3)}`)
  if (unified.startsWith('/')) return normalisePath('posix', unified)
  return normalisePath('posix', joinPath('posix', folder, unified))
}
