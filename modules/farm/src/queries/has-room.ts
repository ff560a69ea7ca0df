import { type RawBuilder, sql } from 'kysely'
import type { FullLimits } from '../caps.ts'

/**
 * Whether the limits leave room for one more task of a row of farm_steps, as of when they were read. A part of somebody
 * else's statement.
 */
export function hasRoom({ tenants, pools, openLicences }: FullLimits): RawBuilder<boolean> {
  return sql`(
    tenant_id <> all(${[...tenants]}::uuid[])
    and (most_running is null or running < most_running)
    and (pool is null or tenant_id || ' ' || pool <> all(${[...pools]}::text[]))
    and (licences = '{}' or not exists (
      select from unnest(licences) token where tenant_id || ' ' || token <> all(${[...openLicences]}::text[])
    ))
  )`
}
