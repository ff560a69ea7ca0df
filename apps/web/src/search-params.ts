import { jobSorts } from '@backlot/contract/schemas/jobs'
import { jobStates } from '@backlot/contract/states'
import type { JobFilter } from './api/job-filter.ts'

/** What pages keep in the address. Whoever edits an address gets the page without what it does not understand. */
export type SearchParams = Record<string, string | undefined>

export const jobTabs = ['frames', 'log', 'tasks', 'events', 'files', 'settings'] as const
export type JobTab = (typeof jobTabs)[number]

export const workerColumns = ['name', 'state', 'running', 'lastSeen'] as const
export type WorkerColumn = (typeof workerColumns)[number]

const oneOf = <Value extends string>(values: readonly Value[], text: string | undefined): Value | undefined =>
  values.find((value) => value === text)

/** `sort`: a column, with `-` before it from the largest down. */
export const jobsSearch = ({ state, search, sort }: SearchParams): JobFilter => ({
  state: oneOf(jobStates, state),
  search: search?.trim().slice(0, 200) || undefined,
  sort: oneOf(jobSorts, sort),
})

export const jobSearch = ({ tab, frame }: SearchParams): { tab?: JobTab | undefined; frame?: number | undefined } => ({
  tab: oneOf(jobTabs, tab),
  frame: frame !== undefined && /^-?\d{1,7}$/.test(frame) ? Number(frame) : undefined,
})

/** `sort`: a column, with `-` before it from the largest down. */
export const workersSearch = ({ sort }: SearchParams): { sort?: WorkerColumn | `-${WorkerColumn}` | undefined } => {
  const column = oneOf(workerColumns, sort?.replace(/^-/, ''))
  if (column === undefined) return { sort: undefined }
  return { sort: sort?.startsWith('-') === true ? `-${column}` : column }
}

/** Only a place of this site: an address that leads away would make our sign-in page a helper of somebody else's. */
export const signInSearch = ({ next }: SearchParams): { next?: string | undefined } => ({
  next: next !== undefined && /^\/(?![/\\])/.test(next) ? next : undefined,
})

export const setupSearch = ({ token }: SearchParams): { token?: string | undefined } => ({ token })
export const deviceSearch = ({ code }: SearchParams): { code?: string | undefined } => ({ code })

/** Addresses hold plain text: `?code=1234` is the text 1234. */
export function parseSearch(search: string): SearchParams {
  return Object.fromEntries(new URLSearchParams(search))
}

export function stringifySearch(search: Record<string, unknown>): string {
  const pairs = Object.entries(search).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  )
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`
}
