import { CodedError } from '@backlot/base/errors'
import type { ErrorCode } from '@backlot/contract/errors'
import type { JobColumn, JobSort } from '@backlot/contract/schemas/jobs'

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
  const isId = typeof jobId === 'string' && uuid.test(jobId)
  const isTime = typeof time === 'string' && instant.test(time) && !Number.isNaN(Date.parse(time))
  if (of !== sort || !isKeyOf(sort, key) || !isId || !isTime)
    throw new CodedError<ErrorCode>('request.invalid', 'The cursor is not one of this list.')
  const at = new Date(time)
  return { sort, key, jobId, at }
}

/** Only what the column can be compared with: anybody can write a cursor. */
function isKeyOf(sort: JobSort, key: unknown): key is JobCursor['key'] {
  const column = sort.replace('-', '') as JobColumn
  if (column === 'created') return key === null
  if (column === 'name' || column === 'owner')
    return typeof key === 'string' && key.isWellFormed() && !key.includes('\0')
  return typeof key === 'number'
}

/** As `toISOString` writes it, of this millennium. */
const instant = /^2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/

function parse(text: string): readonly unknown[] {
  try {
    const read: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    return Array.isArray(read) ? read : []
  } catch {
    return []
  }
}
