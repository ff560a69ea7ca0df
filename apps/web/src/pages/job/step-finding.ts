import type { JobStep } from '@backlot/contract/job-document'
import { formatBytes, formatMany } from '../../format/numbers.ts'

/** Files that were missing when the job was submitted all the same: how many, and the names of the first. */
export function missingFiles(steps: readonly Pick<JobStep, 'name' | 'output'>[]): { count: number; names: string[] } {
  const output = steps.find(({ name }) => name === 'trace')?.output ?? {}
  const { missing, missingFiles: listed } = output
  const names = Array.isArray(listed) ? listed.filter((name) => typeof name === 'string') : []
  return { count: typeof missing === 'number' ? missing : 0, names }
}

/** What a step found or did, in a few words; undefined where its state says all. */
export function stepFinding({ name, output }: Pick<JobStep, 'name' | 'output'>): string | undefined {
  const number = (key: string) => (typeof output[key] === 'number' ? output[key] : undefined)
  if (name === 'trace') {
    const files = number('files')
    const missing = number('missing') ?? 0
    if (files === undefined) return undefined
    const found = files === 0 ? 'nothing besides the scene' : formatMany(files, 'file')
    return missing === 0 ? found : `${found}, ${missing} missing`
  }
  if (name === 'upload') {
    const bytes = number('bytes')
    const skipped = number('skippedBytes') ?? 0
    if (bytes === undefined) return undefined
    return skipped === 0
      ? `${formatBytes(bytes)} sent`
      : `${formatBytes(bytes)} sent, ${formatBytes(skipped)} were there`
  }
  return undefined
}
