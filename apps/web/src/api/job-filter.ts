import type { JobColumn, JobSort, JobSummary } from '@backlot/contract/schemas/jobs'
import { type JobState, jobStates } from '@backlot/contract/states'

/** Which jobs a list shows, and in which order; the page's address holds it. */
export interface JobFilter {
  state?: JobState | undefined
  /** A part of the name. */
  search?: string | undefined
  /** Absent: newest first. */
  sort?: JobSort | undefined
}

export function belongs(job: JobSummary, { state, search }: JobFilter): boolean {
  if (state !== undefined && job.state !== state) return false
  return search === undefined || job.name.toLowerCase().includes(search.toLowerCase())
}

type Key = (job: JobSummary, now: number) => string | number | undefined
/** What the server orders by, so that a job that changes moves to where the next load will put it. */
const keys: Record<JobColumn, Key> = {
  name: ({ name }) => name.toLowerCase(),
  owner: ({ createdBy }) => createdBy.toLowerCase(),
  state: ({ state }) => jobStates.indexOf(state),
  frames: ({ frames }) => frames.completed / Math.max(frames.total, 1),
  time: ({ startedAt, endedAt }, now) =>
    startedAt === null ? undefined : (endedAt === null ? now : Date.parse(endedAt)) - Date.parse(startedAt),
  created: ({ createdAt }) => createdAt,
}

/** Compares two jobs of a list; without a value comes last, equal ones newest first. `now` in milliseconds. */
export function jobOrder(sort: JobSort, now: number): (a: JobSummary, b: JobSummary) => number {
  const key = keys[sort.replace('-', '') as JobColumn]
  const direction = sort.startsWith('-') ? -1 : 1
  return (a, b) => {
    const [left, right] = [key(a, now), key(b, now)]
    if (left !== right) {
      if (left === undefined) return 1
      if (right === undefined) return -1
      return left < right ? -direction : direction
    }
    return a.jobId < b.jobId ? 1 : -1
  }
}
