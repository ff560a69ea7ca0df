import type { TraceResult, Usage } from '@backlot/blendfile/trace/result'
import type { ErrorCode } from '@backlot/contract/errors'
import type { PackLayout } from './layout/layout.ts'

export interface PackProblem {
  /** Absent: odd, but nothing that the .blend would lack where the pack is opened. */
  code?: ErrorCode
  message: string
  details: Record<string, unknown>
}

/** Everything about a traced project that whoever opens its pack would stumble over; the worst first. */
export function findProblems(traced: TraceResult, layout: PackLayout): PackProblem[] {
  const problems: PackProblem[] = []
  const { missing, errors, warnings } = traced
  if (missing.length > 0) {
    const named = missing.map(({ path, usages, similar = [] }) => {
      const meant = similar[0] === undefined ? '' : `; did you mean ${similar[0]}?`
      return `${path} (${usersOf(usages)}${meant})`
    })
    problems.push({
      code: 'submit.missing_files',
      message: `${count(missing, 'file is', 'files are')} missing: ${some(named)}`,
      details: { missing },
    })
  }
  for (const { path, message, code } of errors) {
    problems.push({
      code: 'submit.missing_files',
      message: `${path} can't be read: ${message}`,
      details: { missing: [path], code },
    })
  }
  const fixed = layout.fixed.filter(({ optional }) => !optional)
  if (fixed.length > 0) {
    problems.push({
      code: 'pack.fixed_paths',
      message: `${count(fixed, 'path', 'paths')} would have to change and can't be: ${some(fixed.map((usage) => `${usage.stored} (${usersOf([usage])})`))}`,
      details: { paths: fixed.map(({ stored, block, in: file }) => ({ stored, block, in: file })) },
    })
  }
  if (layout.outside.length > 0) {
    problems.push({
      message: `${count(layout.outside, 'file lies', 'files lie')} outside ${layout.root}, and travel in a folder of their own: ${some(layout.outside)}`,
      details: { outside: layout.outside },
    })
  }
  for (const { path, message, code } of warnings) problems.push({ message, details: { path, code } })
  return problems
}

export function usersOf(usages: readonly Usage[]): string {
  return `used by ${usages.map(({ block, in: file }) => `${block} in ${file}`).join(', ')}`
}

function count(list: readonly unknown[], one: string, many: string): string {
  return `${list.length} ${list.length === 1 ? one : many}`
}

function some(list: readonly string[]): string {
  return list.length > 3 ? `${list.slice(0, 3).join('; ')} and ${list.length - 3} more` : list.join('; ')
}
