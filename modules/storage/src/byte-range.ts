import { CodedError } from '@backlot/base/errors'
import type { ErrorCode } from '@backlot/contract/errors'

export interface ByteRange {
  start: number
  /** Not included. */
  end: number
}

/**
 * The one range that a `Range` header asks for (RFC 9110, 14.1.2). Undefined: send the whole, as for a header in
 * another unit, a malformed one, or one with several ranges, which a server may ignore.
 *
 * @throws `request.range_not_satisfiable`
 */
export function parseByteRange(header: string | undefined, size: number): ByteRange | undefined {
  const [, first = '', last = ''] = /^bytes=\s*(\d*)-(\d*)\s*$/.exec(header ?? '') ?? []
  if (first === '' && last === '') return undefined
  if (first === '') {
    const length = Math.min(Number(last), size)
    if (length === 0) throw notSatisfiable(size)
    return { start: size - length, end: size }
  }
  const start = Number(first)
  const end = last === '' ? size : Math.min(Number(last) + 1, size)
  if (last !== '' && Number(last) < start) return undefined
  if (start >= size) throw notSatisfiable(size)
  return { start, end }
}

/** Whether a list of entity tags, as in `If-None-Match`, holds this one. Weak tags count, as the RFC says. */
export function hasEntityTag(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false
  return header.split(',').some((item) => item.trim() === '*' || item.trim().replace(/^W\//, '') === tag)
}

function notSatisfiable(size: number): CodedError<ErrorCode> {
  return new CodedError<ErrorCode>('request.range_not_satisfiable', `The file has ${size} bytes.`, {
    details: { size },
  })
}
