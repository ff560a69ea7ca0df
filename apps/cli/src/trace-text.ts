import { formatBytes, formatSeconds } from '@backlot/base/format'
import type { TraceResult, Usage } from '@backlot/blendfile/trace/result'

export type Paint = (style: 'red' | 'yellow' | 'dim' | 'bold', text: string) => string

export interface TraceTextOptions {
  /** Every usage, with its data-block and what is stored. */
  all?: boolean | undefined
  /** Only what is missing. */
  missing?: boolean | undefined
  paint: Paint
}

/** Files of one usage that are listed one by one. */
const listedFrames = 3

/** A trace for people: a tree of .blend files with what each needs, then what is wrong, then the totals. */
export function traceText(result: TraceResult, options: TraceTextOptions): string {
  const { paint } = options
  const lines = [paint('bold', result.file)]
  if (!options.missing) lines.push(...new TraceTree(result, options).lines())
  for (const { path, usages, similar = [] } of result.missing) {
    lines.push(`${paint('red', 'missing')}  ${path}`)
    for (const other of similar) lines.push(`         did you mean ${other}?`)
    for (const { block, in: file } of usages) lines.push(`         used by ${block} in ${file}`)
  }
  lines.push(...result.errors.map(({ path, message }) => `${paint('red', 'error')}    ${path}: ${message}`))
  lines.push(...result.warnings.map(({ path, message }) => `${paint('yellow', 'warning')}  ${path}: ${message}`))
  for (const { path, cloud } of result.files)
    if (cloud !== undefined) lines.push(`${paint('yellow', cloud)}  ${path} is not on this disk yet`)
  lines.push(totals(result))
  return lines.join('\n')
}

function totals({ files, missing, errors, seconds }: TraceResult): string {
  const bytes = files.reduce((sum, { size }) => sum + size, 0)
  const parts = [`${files.length} ${files.length === 1 ? 'file' : 'files'}, ${formatBytes(bytes)}`]
  if (missing.length > 0) parts.push(`${missing.length} missing`)
  if (errors.length > 0) parts.push(`${errors.length} unreadable`)
  return `${parts.join(', ')}, in ${formatSeconds(seconds)}`
}

/** What a file needs, below it; a library that several need stands in full only where it is needed first. */
class TraceTree {
  readonly #root: string
  readonly #sizes: ReadonlyMap<string, number>
  readonly #usages = new Map<string, Usage[]>()
  readonly #options: TraceTextOptions
  readonly #shown = new Set<string>()
  readonly #lines: string[] = []

  constructor({ file, files, usages }: TraceResult, options: TraceTextOptions) {
    this.#root = file
    this.#sizes = new Map(files.map(({ path, size }) => [path, size]))
    this.#options = options
    for (const usage of usages) {
      const list = this.#usages.get(usage.in)
      if (list === undefined) this.#usages.set(usage.in, [usage])
      else list.push(usage)
    }
  }

  lines(): string[] {
    this.#add(this.#root, '')
    return this.#lines
  }

  #add(file: string, indent: string): void {
    this.#shown.add(file)
    const usages = this.#distinct(this.#usages.get(file) ?? [])
    for (const [index, usage] of usages.entries()) {
      const isLast = index === usages.length - 1
      this.#lines.push(`${indent}${isLast ? '└─' : '├─'} ${this.#describe(usage)}`)
      const below = `${indent}${isLast ? '   ' : '│  '}`
      if (usage.sequence) this.#addFrames(usage, below)
      else if (!this.#shown.has(usage.path) && this.#usages.has(usage.path)) this.#add(usage.path, below)
    }
  }

  /** Every usage, or every file once. Libraries last, as a tree hangs below each. */
  #distinct(usages: readonly Usage[]): Usage[] {
    const seen = new Set<string>()
    const kept = usages.filter(({ path, packed }) => {
      if (this.#options.all) return true
      if (packed || seen.has(path)) return false
      seen.add(path)
      return true
    })
    return [...kept.filter(({ kind }) => kind !== 'library'), ...kept.filter(({ kind }) => kind === 'library')]
  }

  #describe(usage: Usage): string {
    const { paint, all } = this.#options
    const { kind, path, files, packed, optional, block, stored } = usage
    const who = all ? paint('dim', `  ${block}, stored as ${stored}`) : ''
    if (packed) return `${kind}  ${path}  ${paint('dim', 'packed')}${who}`
    if (files.length === 0)
      return `${kind}  ${optional ? paint('dim', `${path}  not there, not needed`) : paint('red', `${path}  missing`)}${who}`
    if (path === this.#root) return `${kind}  ${path}  ${paint('dim', 'see above')}${who}`
    const size = files.reduce((sum, file) => sum + (this.#sizes.get(file) ?? 0), 0)
    const count = usage.sequence ? `${files.length} files, ` : ''
    return `${kind}  ${path}  ${paint('dim', count + formatBytes(size))}${who}`
  }

  #addFrames({ files }: Usage, indent: string): void {
    if (!this.#options.all) return
    for (const file of files.slice(0, listedFrames)) this.#lines.push(`${indent}${file}`)
    if (files.length > listedFrames) this.#lines.push(`${indent}… ${files.length - listedFrames} more`)
  }
}
