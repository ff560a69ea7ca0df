import { dirname, isAbsolute, relative } from 'node:path'
import { counted, formatBytes } from '@backlot/base/format'
import type { TraceResult, Usage } from '@backlot/blendfile/trace/result'
import { displayWidth, padEnd, padStart } from './display-width.ts'
import { kindText } from './kind-text.ts'
import { printable } from './printable.ts'
import { blockText } from './users-text.ts'

export type Paint = (style: 'red' | 'yellow' | 'dim' | 'bold', text: string) => string

export interface TreeOptions {
  /** Every usage and every file, with its data-block and what is stored. */
  all?: boolean | undefined
  paint: Paint
}

/** Files of one kind in one folder, needed by one .blend, that are listed one by one. */
const mostListed = 12
/** Files of one usage that are listed, when all are asked for. */
const listedFrames = 3
/** A path that is longer does not push the sizes of all others out of sight. Columns. */
const widestPath = 56
/** Beyond so many `..` a path from the root of the file system is shorter to read. */
const mostUp = 2

/** One line of the tree. */
interface Row {
  kind: string
  path: string
  /** `12 files`, where it is several. */
  count: string
  /** Its size, or why there is none. */
  state: string
  who: string
  /** What hangs below it. */
  library?: string
  frames?: readonly string[]
}

/**
 * What a file needs, below it. Of many in one folder only the folder is told; a library that several need stands in full
 * only where it is needed first. Paths are told as seen from the folder of the file that was traced.
 */
export function traceTree(result: TraceResult, options: TreeOptions): string[] {
  return new TraceTree(result, options).lines()
}

class TraceTree {
  readonly #root: string
  readonly #sizes: ReadonlyMap<string, number>
  readonly #usages: ReadonlyMap<string, readonly Usage[]>
  readonly #options: TreeOptions
  readonly #shown = new Set<string>()
  readonly #lines: string[] = []

  constructor({ file, files, usages }: TraceResult, options: TreeOptions) {
    this.#root = file
    this.#sizes = new Map(files.map(({ path, size }) => [path, size]))
    this.#options = options
    this.#usages = Map.groupBy(usages, (usage) => usage.in)
  }

  lines(): string[] {
    this.#add(this.#root, '')
    return this.#lines
  }

  #add(file: string, indent: string): void {
    this.#shown.add(file)
    const rows = this.#rowsOf(this.#usages.get(file) ?? [])
    const widths = {
      kind: widest(rows.map(({ kind }) => kind)),
      path: Math.min(widestPath, widest(rows.map(({ path }) => path))),
      count: widest(rows.map(({ count }) => count)),
    }
    for (const [index, row] of rows.entries()) {
      const isLast = index === rows.length - 1
      const { kind, path, count, state, who } = row
      const cells = [padEnd(kind, widths.kind), padEnd(path, widths.path), padStart(count, widths.count), state, who]
      const text = cells.filter((cell) => cell !== '').join('  ')
      this.#lines.push(`${indent}${isLast ? '└─' : '├─'} ${text.trimEnd()}`)
      const below = `${indent}${isLast ? '   ' : '│  '}`
      this.#addFrames(row.frames ?? [], below)
      if (row.library !== undefined && !this.#shown.has(row.library)) this.#add(row.library, below)
    }
  }

  /** Every usage, or every file once, those of a full folder as one. Libraries last, as a tree hangs below each. */
  #rowsOf(usages: readonly Usage[]): Row[] {
    const kept = this.#options.all ? usages : firstOfEach(usages.filter(({ packed }) => !packed))
    const others = kept.filter(({ kind }) => kind !== 'library')
    const libraries = kept.filter(({ kind }) => kind === 'library')
    const groups = this.#options.all ? others.map((usage) => [usage]) : [...Map.groupBy(others, groupOf).values()]
    return [
      ...groups.flatMap((group) =>
        group.length > mostListed ? [this.#folderRow(group)] : group.map((usage) => this.#row(usage)),
      ),
      ...libraries.map((usage) => this.#row(usage)),
    ]
  }

  #row(usage: Usage): Row {
    const { all, paint } = this.#options
    const { kind, path, files, packed, sequence } = usage
    const [found = path] = files
    return {
      kind: kindText(kind),
      path: this.#seen(path),
      count: sequence && files.length > 0 ? counted(files.length, 'file') : '',
      state: this.#stateOf(usage),
      who: all ? paint('dim', `${blockText(usage.block)}, stored as ${printable(usage.stored)}`) : '',
      ...(!packed && !sequence && this.#usages.has(found) && { library: found }),
      ...(all && sequence && { frames: files }),
    }
  }

  #folderRow(group: readonly [Usage, ...Usage[]] | readonly Usage[]): Row {
    const [first] = group as readonly [Usage, ...Usage[]]
    const files = group.flatMap((usage) => usage.files)
    return {
      kind: kindText(first.kind),
      path: `${this.#seen(dirname(first.path))}/`,
      count: counted(files.length === 0 ? group.length : files.length, 'file'),
      state: files.length === 0 ? this.#stateOf(first) : this.#sizeOf(files),
      who: '',
    }
  }

  #stateOf({ path, packed, files, optional }: Usage): string {
    const { paint } = this.#options
    if (packed) return paint('dim', 'packed')
    if (files.length === 0) return optional ? paint('dim', 'not there, not needed') : paint('red', 'missing')
    if (path === this.#root) return paint('dim', 'see above')
    return this.#sizeOf(files)
  }

  #sizeOf(files: readonly string[]): string {
    const bytes = files.reduce((sum, file) => sum + (this.#sizes.get(file) ?? 0), 0)
    return this.#options.paint('dim', padStart(formatBytes(bytes), 6))
  }

  #addFrames(files: readonly string[], indent: string): void {
    for (const file of files.slice(0, listedFrames)) this.#lines.push(`${indent}${this.#seen(file)}`)
    if (files.length > listedFrames) this.#lines.push(`${indent}… ${files.length - listedFrames} more`)
  }

  /** As seen from the root's folder, unless that is far away. */
  #seen(path: string): string {
    const near = relative(dirname(this.#root), path)
    const isFar = isAbsolute(near) || near.split(/[\\/]/).filter((name) => name === '..').length > mostUp
    return printable(isFar ? path : near || '.')
  }
}

/** Usages whose lines would differ in the name of the file only. */
function groupOf({ kind, path, files, sequence, optional }: Usage): string {
  const state = sequence ? path : files.length > 0 ? 'there' : optional ? 'optional' : 'missing'
  return `${kind}\n${state}\n${dirname(path)}`
}

function firstOfEach(usages: readonly Usage[]): Usage[] {
  return [...new Map(usages.toReversed().map((usage) => [usage.path, usage])).values()].toReversed()
}

function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, displayWidth(text)), 0)
}
