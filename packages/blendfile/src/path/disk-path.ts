/**
 * Absolute, normalised paths on a disk, as text (see path-text.ts for bytes that are not UTF-8). Pure functions of the
 * path style, so that what happens on Windows can be tested anywhere.
 */
export type PathStyle = 'posix' | 'windows'

/** `/a/b`, `C:\a\b`, `\\server\share\a`: the part that `..` can't leave, and the rest as names. */
interface Parts {
  root: string
  names: string[]
}

export function joinPath(style: PathStyle, directory: string, name: string): string {
  return directory.endsWith(separatorOf(style)) ? directory + name : directory + separatorOf(style) + name
}

export function directoryOf(style: PathStyle, path: string): string {
  const { root, names } = partsOf(style, path)
  return build(style, { root, names: names.slice(0, -1) })
}

export function baseName(style: PathStyle, path: string): string {
  return partsOf(style, path).names.at(-1) ?? ''
}

/** Name of a .blend without folder and ending. */
export function blendNameOf(style: PathStyle, path: string): string {
  return baseName(style, path).replace(/\.blend$/i, '')
}

export function normalisePath(style: PathStyle, path: string): string {
  return build(style, partsOf(style, path))
}

/** Root and names of an absolute path, `.` and `..` taken out. */
export function partsOf(style: PathStyle, path: string): Parts {
  const unified = style === 'windows' ? withoutNamespace(path.replaceAll('\\', '/')) : path
  const root = rootOf(style, unified)
  const names: string[] = []
  for (const name of unified.slice(root.length).split('/')) {
    if (name === '..') names.pop()
    else if (name !== '' && name !== '.') names.push(name)
  }
  return { root: style === 'windows' ? root.replaceAll('/', '\\') : '/', names }
}

/** True for `C:/a`, `C:\a`: a drive letter, wherever it was written. */
export function hasDrive(path: string): boolean {
  return /^[A-Za-z]:[\\/]/.test(path)
}

/** `\\\\?\\C:\\a` and `\\\\?\\UNC\\server\\share\\a` are how Windows spells long paths: they are on that drive, and that share. */
function withoutNamespace(path: string): string {
  if (!path.startsWith('//?/')) return path
  return path.replace(/^\/\/\?\/(?=[A-Za-z]:\/)/, '').replace(/^\/\/\?\/UNC\//i, '//')
}

/** The root of an absolute path with slashes. */
function rootOf(style: PathStyle, path: string): string {
  if (style === 'posix') return path.startsWith('/') ? '/' : ''
  const unc = /^\/\/[^/]+\/[^/]+\/?/.exec(path)
  if (unc !== null) return unc[0].endsWith('/') ? unc[0] : `${unc[0]}/`
  return /^[A-Za-z]:\//.exec(path)?.[0] ?? (path.startsWith('/') ? '/' : '')
}

function build(style: PathStyle, { root, names }: Parts): string {
  return root + names.join(separatorOf(style))
}

export function separatorOf(style: PathStyle): string {
  return style === 'windows' ? '\\' : '/'
}
