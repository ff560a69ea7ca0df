import { CodedError } from '@backlot/base/errors'
import type { ErrorCode } from '@backlot/contract/errors'
import type { JobSort } from '@backlot/contract/schemas/jobs'

/** Where a page of a list of jobs ended. */
export interface JobCursor {
  sort: JobSort
  /** What the last job was ordered by; null where the list is ordered by age alone. */
  key: string | number | null
  jobId: string
  /** When the first page was read: how long a job runs is measured then, on every page. */
  at: Date
}

export function writeJobCursor({ sort, key, jobId, at }: JobCursor): string {
  return Buffer.from(JSON.stringify([sort, key, jobId, at.toISOString()])).toString('base64url')
}

/** Throws `request.invalid` for what is no cursor of a list in this order. */
export function readJobCursor(text: string, sort: JobSort): JobCursor {
  const [of, key, jobId, time] = parse(text)
  const at = new Date(String(time))
  const isKey = key === null || typeof key === 'string' || typeof key === 'number'
  if (of !== sort || !isKey || typeof jobId !== 'string' || !uuid.test(jobId) || Number.isNaN(at.getTime()))
    throw new CodedError<ErrorCode>('request.invalid', 'The cursor is not one of this list.')
  return { sort, key, jobId, at }
}

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/

function parse(text: string): readonly unknown[] {
  try {
    const read: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    return Array.isArray(read) ? read : []
  } catch {
    return []
  }
}
