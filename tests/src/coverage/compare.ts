import { basename, dirname, join, relative } from 'node:path'
import type { TraceResult, Usage } from '@backlot/blendfile/trace/result'
import { filesOfListed, type Listed } from './listed.ts'

export type ListName = 'needed' | 'all' | 'own' | 'users'

/** Something that only one of the two lists. */
export interface Difference {
  readonly more: 'tracer' | 'blender'
  /** Relative to the folder of the cases: a path of one side, or a file where both have its path and not the same files. */
  readonly path: string
  /** Which of Blender's lists it is about. */
  readonly lists: readonly ListName[]
}

/** Paths with the files on this disk that they stand for. */
type Files = ReadonlyMap<string, readonly string[]>

/** Where a trace and Blender's lists of the same file differ, both ways: in paths, in files, in whose they are. */
export function compare(trace: TraceResult, listed: Listed, folder: string): Difference[] {
  const found = new Map<string, { more: Difference['more']; path: string; lists: ListName[] }>()
  const note = (list: ListName, more: Difference['more'], paths: Iterable<string>): void => {
    for (const each of paths) {
      const path = relative(folder, each)
      const known = found.get(`${more} ${path}`) ?? { more, path, lists: [] }
      if (!known.lists.includes(list)) known.lists.push(list)
      found.set(`${more} ${path}`, known)
    }
  }
  const hold = (list: 'needed' | 'own', usages: readonly Usage[]): void => {
    const traced = filesOfUsages(usages)
    const theirs: Files = new Map(listed[list].map((path) => [path, filesOfListed(path, listed.stands_for[path])]))
    note(list, 'tracer', onlyIn(traced, theirs))
    note(list, 'blender', onlyIn(theirs, traced))
  }
  const needed = trace.usages.filter(({ packed }) => !packed)
  hold('needed', needed)
  // What was packed from a library is Blender's own data-block only by where it is written.
  hold(
    'own',
    needed.filter((usage) => usage.in === trace.file && usage.base === undefined),
  )
  // What is packed needs no files: only its path counts.
  const all = new Set(trace.usages.flatMap(pathsOf))
  note('all', 'tracer', all.difference(new Set(listed.all)))
  note('all', 'blender', new Set(listed.all).difference(all))
  if (listed.users) {
    const traced = new Map(needed.flatMap(usersOf).map((pair) => [pair.join('\n'), pair[1]]))
    const theirs = new Map(listed.users.map((pair) => [pair.join('\n'), pair[1]]))
    note(
      'users',
      'tracer',
      [...traced].flatMap(([pair, path]) => (theirs.has(pair) ? [] : [path])),
    )
    note(
      'users',
      'blender',
      [...theirs].flatMap(([pair, path]) => (traced.has(pair) ? [] : [path])),
    )
  }
  return [...found.values()]
}

function* onlyIn(these: Files, those: Files): Iterable<string> {
  for (const [path, files] of these) {
    const others = those.get(path)
    if (others === undefined) yield path
    else yield* files.filter((file) => !others.includes(file))
  }
}

function filesOfUsages(usages: readonly Usage[]): Files {
  const files = new Map<string, string[]>()
  const add = (path: string, more: readonly string[]): void =>
    void files.set(path, [...new Set([...(files.get(path) ?? []), ...more])])
  for (const usage of usages) {
    const paths = pathsOf(usage)
    if (paths.length === 1) add(paths[0] as string, usage.files)
    else
      for (const path of paths)
        add(
          path,
          usage.files.filter((file) => file === path),
        )
  }
  return files
}

const usersOf = (usage: Usage): [string, string][] => pathsOf(usage).map((path) => [usage.block.slice(2), path])

/** Blender lists each image of a strip; a folder without its last slash. */
function pathsOf({ path, list }: Usage): string[] {
  return list ? list.map((each) => join(dirname(path), basename(each))) : [path.replace(/(?<=.)\/+$/, '')]
}
