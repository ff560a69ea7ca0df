import { type PathStyle, partsOf } from '@backlot/blendfile/path/disk-path'

/**
 * A path as the disk spells it, by the files that were found under it: `/P/tex/F_<UDIM>.png` with
 * `/p/Tex/f_1001.png` → `/p/Tex/F_<UDIM>.png`. What no file tells (a token, a frame that is not there) stays as it is.
 */
export function spelledLike(style: PathStyle, path: string, files: readonly string[]): string {
  const [first] = files
  if (first === undefined || files.includes(path)) return path
  const { root, names } = partsOf(style, path)
  const found = partsOf(style, first).names
  const spelled = names.map((name, index) => (fold(found[index] ?? '') === fold(name) ? (found[index] ?? name) : name))
  const last = names.length - 1
  const wanted = fold(names[last] ?? '')
  const twin = files.map((file) => partsOf(style, file).names[last] ?? '').find((name) => fold(name) === wanted)
  if (twin !== undefined) spelled[last] = twin
  return root + spelled.join(style === 'windows' ? '\\' : '/')
}

function fold(name: string): string {
  return name.normalize('NFC').toLowerCase()
}
