import { type RawBuilder, sql } from 'kysely'

/**
 * Many hashes as one binary parameter, 32 bytes each, and as rows `(sha256, position)`. An array of 200,000 bytea
 * would travel as 14 MB of text.
 */
export function hashRows(hashes: readonly string[]): RawBuilder<unknown> {
  return sql`(
    select substring(list.bytes from (32 * position + 1)::int for 32) as sha256, position
    from (select ${Buffer.from(hashes.join(''), 'hex')}::bytea as bytes) as list,
      generate_series(0, ${hashes.length - 1}::int) as position
  )`
}

/** `last_used_at` is exact to this: a blob that is asked for all the time is written once an hour. Seconds. */
export const useResolutionSeconds = 3600

/** A row that was used before this time is due to be marked as used now. */
export function staleBefore(now: Date): Date {
  return new Date(now.getTime() - useResolutionSeconds * 1000)
}
