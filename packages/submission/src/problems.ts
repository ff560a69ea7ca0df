import type { TraceResult, Usage } from '@backlot/blendfile/trace/result'
import type { ErrorCode } from '@backlot/contract/errors'
import type { ProjectTree } from './project-tree.ts'

export interface SubmissionProblem {
  /** Absent: odd, but nothing that a render would miss. */
  code?: ErrorCode
  message: string
  details: Record<string, unknown>
}

/** Everything about a traced project that a worker would stumble over; the worst first. */
export function findProblems(traced: TraceResult, tree: ProjectTree): SubmissionProblem[] {
  const problems: SubmissionProblem[] = []
  if (traced.missing.length > 0) {
    const missing = traced.missing.map(({ path, usages }) => `${path} (${usersOf(usages)})`)
    problems.push({
      code: 'submit.missing_files',
      message: `${count(missing, 'file is', 'files are')} missing: ${some(missing)}`,
      details: { missing },
    })
  }
  for (const { path, message, code } of traced.errors) {
    problems.push({
      code: 'submit.missing_files',
      message: `${path} can't be read: ${message}`,
      details: { missing: [path], code },
    })
  }
  const absolute = traced.usages.filter((usage) => isNeeded(usage) && !usage.stored.startsWith('//'))
  if (absolute.length > 0) {
    const files = absolute.map((usage) => `${usage.stored} (${usersOf([usage])})`)
    problems.push({
      code: 'submit.absolute_paths',
      message: `${count(files, 'absolute path', 'absolute paths')}: ${some(files)}`,
      details: { missing: files },
    })
  }
  if (tree.outside.length > 0) {
    problems.push({
      code: 'submit.outside_root',
      message: `${count(tree.outside, 'file lies', 'files lie')} outside ${tree.root}: ${some(tree.outside)}`,
      details: { missing: tree.outside },
    })
  }
  for (const { path, message, code } of traced.warnings) problems.push({ message, details: { path, code } })
  return problems
}

function isNeeded(usage: Usage): boolean {
  return !usage.packed && !usage.optional && usage.files.length > 0
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
