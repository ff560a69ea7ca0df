import { counted, formatBytes, formatSeconds } from '@backlot/base/format'
import type { MissingFile, TraceResult } from '@backlot/blendfile/trace/result'
import { countOfKind } from './kind-text.ts'
import { printable } from './printable.ts'
import { traceTree, type TreeOptions } from './trace-tree.ts'
import { usersText } from './users-text.ts'

export interface TraceTextOptions extends TreeOptions {
  /** Only what is missing. */
  missing?: boolean | undefined
}

/** Beyond so many, the list of what is missing is asked for with `--missing` or `--all`. */
const mostMissing = 20
const mostUsers = 3
const mostProblems = 20

/** A trace for people: a tree of .blend files with what each needs, then what is wrong, then the totals. */
export function traceText(result: TraceResult, options: TraceTextOptions): string {
  const { paint } = options
  const { file, missing, errors, warnings, files } = result
  const isLong = options.all === true || options.missing === true
  const lines = [paint('bold', printable(file))]
  if (!options.missing) lines.push(...traceTree(result, options))
  const shown = isLong ? missing : missing.slice(0, mostMissing)
  for (const one of shown) lines.push(...missingText(one, options))
  if (missing.length > shown.length)
    lines.push(`${paint('red', 'missing')}  ${missing.length - shown.length} more; --missing lists them`)
  const problems = (label: string, list: TraceResult['errors']) => {
    const told = isLong ? list : list.slice(0, mostProblems)
    lines.push(...told.map(({ path, message }) => `${label} ${printable(withPath(path, message))}`))
    if (list.length > told.length) lines.push(`${label} ${list.length - told.length} more; --all lists them`)
  }
  problems(`${paint('red', 'error')}   `, errors)
  if (!options.missing) problems(`${paint('yellow', 'warning')} `, warnings)
  for (const { path, cloud } of files)
    if (cloud !== undefined) lines.push(`${paint('yellow', cloud)}  ${printable(path)} is not on this disk yet`)
  lines.push(totals(result, options))
  return lines.join('\n')
}

function missingText({ path, usages, similar = [] }: MissingFile, { paint, all }: TraceTextOptions): string[] {
  return [
    `${paint('red', 'missing')}  ${printable(path)}`,
    ...similar.map((other) => `         did you mean ${printable(other)}?`),
    ...usersText(usages, all ? usages.length : mostUsers).map((user) => `         used by ${user}`),
  ]
}

/** The message with the file that it is about, once. */
function withPath(path: string, message: string): string {
  return message.includes(path) ? message : `${path}: ${message}`
}

/** `7 files, 12 MB (4 images, 3 libraries), 1 missing, in 120 ms` */
function totals({ files, usages, missing, errors, seconds }: TraceResult, { paint }: TraceTextOptions): string {
  const bytes = files.reduce((sum, { size }) => sum + size, 0)
  const kindOf = new Map<string, string>()
  for (const { kind, files: found } of usages) for (const path of found) if (!kindOf.has(path)) kindOf.set(path, kind)
  const kinds = Map.groupBy(files, ({ path }) => kindOf.get(path) ?? 'file')
  const byKind = [...kinds]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([kind, found]) => countOfKind(found.length, kind))
  const parts = [`${counted(files.length, 'file')}, ${formatBytes(bytes)}`]
  if (kinds.size > 1) parts[0] += ` (${byKind.join(', ')})`
  if (missing.length > 0) parts.push(paint('red', `${missing.length} missing`))
  if (errors.length > 0) parts.push(paint('red', `${errors.length} unreadable`))
  return `${parts.join(', ')}, in ${formatSeconds(seconds)}`
}
