import type { JobStep } from '@backlot/contract/job-document'
import { formatBytes, formatMany } from '../../format/numbers.ts'

/** What a step found or did, in a few words; undefined where its state says all. */
export function stepFinding({ name, output }: Pick<JobStep, 'name' | 'output'>): string | undefined {
  const number = (key: string) => (typeof output[key] === 'number' ? output[key] : undefined)
  if (name === 'trace') {
    const files = number('files')
    const missing = number('missing') ?? 0
    if (files === undefined) return undefined
    return missing === 0 ? formatMany(files, 'file') : `${formatMany(files, 'file')}, ${missing} missing`
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
