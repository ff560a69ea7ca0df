import type { DroppedFile } from '@backlot/blendfile/browser/dropped-files'

/** A .blend that can be the one to render. */
export interface MainFile {
  /** As dropped: `film/shots/010.blend`. */
  path: string
  /** Bytes. */
  size: number
  /** Milliseconds since 1970; 0 where the browser does not tell. */
  modified: number
}

/**
 * The .blend files among what was dropped, the most likely main file first: the one that is asked for again (`wanted`, a
 * file's name), else what is nearest to the top of the folder, and of several there the one that was saved last.
 * Blender's own backups (.blend1) count only where there is nothing else; a single file counts whatever it is called.
 */
export function mainFiles(dropped: readonly DroppedFile[], wanted?: string): MainFile[] {
  const named = (pattern: RegExp) => dropped.filter(({ path }) => pattern.test(path))
  let found = named(/\.blend$/i)
  if (found.length === 0) found = named(/\.blend\d+$/i)
  if (found.length === 0 && dropped.length === 1) found = [...dropped]
  const rank = ({ path }: MainFile) => (fileName(path) === wanted ? -1 : path.split('/').length)
  return found
    .map(({ path, file }) => ({
      path,
      size: file instanceof Blob ? file.size : 0,
      modified: file instanceof File ? file.lastModified : 0,
    }))
    .toSorted((a, b) => rank(a) - rank(b) || b.modified - a.modified || (a.path < b.path ? -1 : 1))
}

export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
