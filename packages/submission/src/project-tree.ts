import { posix, win32 } from 'node:path'
import { CodedError } from '@backlot/base/errors'
import { isTreePath } from '@backlot/contract/schemas/common'

export interface ProjectTree {
  /** Absolute folder that tree paths are relative to. */
  root: string
  entries: { path: string; file: string }[]
  /** Files that no relative path inside the root leads to. */
  outside: string[]
}

export interface ProjectTreeOptions {
  /** Absolute. Absent: the common folder of everything on the main file's drive. */
  root?: string | undefined
  style?: 'posix' | 'win32'
}

/** Lays files out as they are on disk, relative to one root. `main` comes first and must be inside. */
export function layOutProject(main: string, files: readonly string[], options: ProjectTreeOptions = {}): ProjectTree {
  const style = options.style === 'win32' ? win32 : posix
  const others = [...new Set(files)].filter((file) => file !== main)
  const sameDrive = others.filter(
    (file) => style.parse(file).root.toLowerCase() === style.parse(main).root.toLowerCase(),
  )
  const root =
    options.root ??
    commonFolder(
      [main, ...sameDrive].map((file) => style.dirname(file)),
      style,
    )
  const tree: ProjectTree = { root, entries: [], outside: [] }
  for (const file of [main, ...others]) {
    const path = style.relative(root, file).replaceAll(style.sep, '/')
    if (isTreePath(path)) tree.entries.push({ path, file })
    else tree.outside.push(file)
  }
  if (tree.entries[0]?.file !== main) {
    throw new CodedError('submit.outside_root', `${main} is not inside the project root ${root}.`, {
      details: { file: main, root },
    })
  }
  return tree
}

function commonFolder(folders: readonly string[], style: typeof posix | typeof win32): string {
  return folders.reduce((common, folder) => {
    let shared = common
    while (!isInside(folder, shared, style)) shared = style.dirname(shared)
    return shared
  })
}

function isInside(folder: string, root: string, style: typeof posix | typeof win32): boolean {
  const path = style.relative(root, folder)
  return path === '' || (path.split(style.sep)[0] !== '..' && !style.isAbsolute(path))
}
