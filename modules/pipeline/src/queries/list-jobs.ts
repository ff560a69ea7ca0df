import type { JobColumn, JobSort } from '@backlot/contract/schemas/jobs'
import { type JobState, jobStates } from '@backlot/contract/states'
import type { Tx } from '@backlot/db/tx'
import { type RawBuilder, sql } from 'kysely'
import type { JobCursor } from '../job-cursor.ts'
import { columns, type JobRow } from './job-row.ts'

export interface JobFilter {
  tenantId: string
  ownerId: string | undefined
  state: JobState | undefined
  search: string | undefined
  sort: JobSort
  /** Where the page before ended. */
  after: JobCursor | undefined
  limit: number
  now: Date
  /** 0 to 1 of a job's frames, by its id. */
  shareDone: (jobId: RawBuilder<string>) => RawBuilder<number>
}

export interface ListedJob extends JobRow {
  sortKey: string | number | null
}

/** In the order of a column, equal ones newest first. */
export async function listJobs(tx: Tx, filter: JobFilter): Promise<ListedJob[]> {
  const { tenantId, ownerId, state, search, after, limit } = filter
  const own = ownerId === undefined ? sql`` : sql`and owner_id = ${ownerId}`
  const inState = state === undefined ? sql`` : sql`and state = ${state}`
  const named = search === undefined ? sql`` : sql`and strpos(lower(name), lower(${search})) > 0`
  const isUp = !filter.sort.startsWith('-')
  const isByAge = filter.sort.endsWith('created')
  const key = isByAge ? sql`null` : sortKey(filter, isUp)
  const up = isUp ? sql`asc` : sql`desc`
  const order = isByAge ? sql`"jobId" ${up}` : sql`"sortKey" ${up}, "jobId" desc`
  const { rows } = await sql<ListedJob>`
    select * from (
      select ${columns}, ${key} as "sortKey" from backlot.jobs where tenant_id = ${tenantId} ${own} ${inState} ${named}
    ) listed
    ${after === undefined ? sql`` : sql`where ${isByAge ? isFurther(after, isUp) : isBehind(after, isUp)}`}
    order by ${order} limit ${limit}
  `.execute(tx)
  return rows
}

/** Collation C is what the web page can compare in the same way. */
function sortKey({ sort, now, shareDone }: JobFilter, isUp: boolean): RawBuilder<unknown> {
  // Last in either direction; not `infinity`, which JSON doesn't have.
  const notStarted = isUp ? 1e18 : -1
  const keys: Record<Exclude<JobColumn, 'created'>, RawBuilder<unknown>> = {
    name: sql`lower(name) collate "C"`,
    owner: sql`lower(owner_name) collate "C"`,
    state: sql`array_position(${[...jobStates]}::text[], state)`,
    frames: shareDone(sql`backlot.jobs.job_id`),
    time: sql`coalesce(extract(epoch from coalesce(ended_at, ${now}) - started_at)::float8, ${notStarted}::float8)`,
  }
  return keys[sort.replace('-', '') as keyof typeof keys]
}

function isBehind({ key, jobId }: JobCursor, isUp: boolean): RawBuilder<boolean> {
  const typed = typeof key === 'number' ? sql`${key}::float8` : sql`${key}::text collate "C"`
  return sql`("sortKey" ${isUp ? sql`>` : sql`<`} ${typed} or ("sortKey" = ${typed} and "jobId" < ${jobId}::uuid))`
}

/** By age it is the id alone, which an index has in order. */
function isFurther({ jobId }: JobCursor, isUp: boolean): RawBuilder<boolean> {
  return sql`"jobId" ${isUp ? sql`>` : sql`<`} ${jobId}::uuid`
}
