import { BlendPath } from '@backlot/blendfile/path/blend-path'
import { type PathStyle, baseName } from '@backlot/blendfile/path/disk-path'
import { encodePathText } from '@backlot/blendfile/path/path-text'
import { resolvePath } from '@backlot/blendfile/path/resolve-path'
import type { PathEdit } from '@backlot/blendfile/rewrite/edit'
import type { TraceResult, Usage } from '@backlot/blendfile/trace/result'
import { posix } from 'node:path'
import { Placement } from './placement.ts'
import { isInside, projectRoot } from './project-root.ts'
import { safeName } from './safe-name.ts'
import { spelledLike } from './spelling.ts'

/** A file of a pack. */
export interface PackEntry {
  /** In the pack: relative, with `/`, safe on every system. */
  readonly path: string
  /** On this machine; absolute. */
  readonly file: string
  /** Bytes, as the trace found it. */
  readonly size: number
  /** What refers to it, as in a usage; `main` for the .blend that was traced. */
  readonly kind: string
}

/** A reference that must change so that the pack opens anywhere: relative to the .blend (`//`), with `/`. */
export interface PathChange extends PathEdit {
  readonly usage: Usage
}

export interface PackLayout {
  /** Absolute. */
  readonly root: string
  /** The main file first, then by path on disk. */
  readonly entries: readonly PackEntry[]
  /** Absolute paths of what lies outside the root, and went under `_outside`. */
  readonly outside: readonly string[]
  /** By absolute path of the .blend that holds the references. */
  readonly changes: ReadonlyMap<string, readonly PathChange[]>
  /** References that would have to change and can't be: no field of a file on this disk holds them. */
  readonly fixed: readonly Usage[]
}

export interface LayoutOptions {
  /** Absolute. Absent: the folder that the main file shares with its dependencies. */
  root?: string | undefined
  style: PathStyle
}

/**
 * Where every file of a traced project goes in a pack, and which references have to change for that. Pure: the same trace
 * gives the same layout. A main file outside a given root goes to `_outside` like everything else.
 */
export function layOut(traced: TraceResult, { root: wantedRoot, style }: LayoutOptions): PackLayout {
  const root =
    wantedRoot ??
    projectRoot(
      style,
      traced.file,
      traced.files.map(({ path }) => path),
    )
  const placement = new Placement(style, root)
  const kinds = new Map<string, string>()
  for (const { files, kind } of traced.usages) for (const file of files) if (!kinds.has(file)) kinds.set(file, kind)

  const placed = new Map<string, PackEntry>()
  const add = (file: string, size: number, kind: string) => {
    const path = placement.placeFile(file)
    // Two spellings of one file on Windows.
    if (!placed.has(path)) placed.set(path, { path, file, size, kind })
  }
  add(traced.file, 0, 'main')
  for (const { path, size } of traced.files) add(path, size, kinds.get(path) ?? 'file')

  const entries = [...placed.values()]
  const changes = new Map<string, PathChange[]>()
  const fixed: Usage[] = []
  const present = new Set(traced.files.map(({ path }) => path))
  // Libraries by which others' paths are read, whether they are files or inside one.
  const homes = new Set(traced.usages.filter(leadsSomewhere).map((usage) => usage.base ?? usage.in))
  for (const each of traced.usages) {
    // What needs no file moves with one that another needs: the copy of a sound's path that a strip has.
    const usage = each.files.length === 0 && present.has(each.path) ? { ...each, files: [each.path] } : each
    const isHome = usage.packed && usage.type === 'Library' && homes.has(usage.path)
    const stored = isHome ? newHome(usage, placement) : newStored(usage, placement, style)
    if (stored === undefined) continue
    if (usage.place === undefined) {
      fixed.push(usage)
      continue
    }
    const list = changes.get(usage.in)
    if (list === undefined) changes.set(usage.in, [{ usage, stored }])
    else list.push({ usage, stored })
  }
  return {
    root,
    entries,
    outside: entries.map(({ file }) => file).filter((file) => placement.isOutside(file)),
    changes,
    fixed,
  }
}

function leadsSomewhere({ packed, files }: Usage): boolean {
  return !packed && files.length > 0
}

/**
 * What a reference to a library says whose data-blocks are inside the file: there is no file to lead to, but `//` in these
 * data-blocks means its folder.
 */
function newHome(usage: Usage, placement: Placement): string | undefined {
  const home = placement.placeFile(usage.base ?? usage.in)
  const target = placement.placeFile(usage.path)
  return leadsTo(usage.stored, home, target) ? undefined : tell(home, target)
}

/** What a reference has to say in the pack; undefined when it is right as it is, or leads to nothing. */
function newStored(usage: Usage, placement: Placement, style: PathStyle): PathEdit['stored'] | undefined {
  if (!leadsSomewhere(usage)) return undefined
  const home = placement.placeFile(usage.base ?? usage.in)
  if (usage.list !== undefined) {
    const targets = usage.list.map((stored) =>
      placement.placeFile(resolvePath(asPath(stored), usage.base ?? usage.in, style)),
    )
    return usage.list.every((stored, index) => leadsTo(stored, home, targets[index] ?? ''))
      ? undefined
      : targets.map((target) => tell(home, target))
  }
  const target = packTarget(usage, placement, style)
  return leadsTo(usage.stored, home, target) ? undefined : tell(home, target)
}

/** The path from the pack's file `home` to `target`, as a .blend stores it. */
function tell(home: string, target: string): string {
  return `//${posix.relative(posix.dirname(`/${home}`), `/${target}`)}`
}

/** Whether a path that is stored in the pack's file `home` leads to `target`, on any system. */
function leadsTo(stored: string, home: string, target: string): boolean {
  const path = asPath(stored)
  return path.isRelative && resolvePath(path, `/${home}`, 'posix') === `/${target}`
}

function asPath(stored: string): BlendPath {
  return new BlendPath(encodePathText(stored))
}

/** Where in the pack the path of a usage leads: a file, a folder, or a name with a token or a frame's number. */
function packTarget(usage: Usage, placement: Placement, style: PathStyle): string {
  const [first = usage.path] = usage.files
  if (!usage.sequence) return placement.placeFile(first)
  const spelled = spelledLike(style, usage.path, usage.files)
  if (usage.files.includes(spelled)) return placement.placeFile(spelled)
  if (isInside(style, first, spelled)) return placement.placeFolder(spelled)
  // All frames and tiles of a sequence are in one folder.
  return posix.join(posix.dirname(placement.placeFile(first)), safePattern(baseName(style, spelled)))
}

/** As `safeName`, but `<UDIM>` and `<UVTILE>` stay. */
function safePattern(name: string): string {
  const tokens: string[] = []
  const marked = name.replaceAll(/<(?:UDIM|UVTILE)>/g, (token) => {
    tokens.push(token)
    return '\ue000'
  })
  return safeName(marked).replaceAll('\ue000', () => tokens.shift() ?? '')
}
