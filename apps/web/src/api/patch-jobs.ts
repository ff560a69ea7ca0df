import type { JobDetail, JobSummary } from '@backlot/contract/schemas/jobs'
import type { InfiniteData } from '@tanstack/react-query'
import { belongs, type JobFilter, jobOrder } from './job-filter.ts'

export interface JobPage {
  items: JobSummary[]
  next?: string | undefined
}
export type JobPages = InfiniteData<JobPage, string | undefined>

type Order = (a: JobSummary, b: JobSummary) => number

/**
 * Puts a changed job into a list. A job that no longer belongs goes; one that is new to the list, or that moved, comes
 * in at its place, unless that place is on a page that is not loaded. `now` in milliseconds.
 */
export function putJob(pages: JobPages, job: JobSummary, filter: JobFilter, now: number): JobPages {
  if (!belongs(job, filter)) return dropJob(pages, job.jobId)
  const order = jobOrder(filter.sort ?? '-created', now)
  const replaced = replace(pages.pages, job, order)
  return { ...pages, pages: replaced ?? insert(dropJob(pages, job.jobId).pages, job, order) }
}

/** Undefined when it is not in the list, or no longer belongs between its neighbours. */
function replace(pages: JobPage[], job: JobSummary, order: Order): JobPage[] | undefined {
  const all = pages.flatMap(({ items }) => items)
  const at = all.findIndex(({ jobId }) => jobId === job.jobId)
  const [before, after] = [all[at - 1], all[at + 1]]
  if (at < 0 || (before && order(before, job) > 0) || (after && order(job, after) > 0)) return undefined
  return pages.map((page) => {
    const index = page.items.findIndex(({ jobId }) => jobId === job.jobId)
    return index < 0 ? page : { ...page, items: page.items.with(index, job) }
  })
}

function insert(pages: JobPage[], job: JobSummary, order: Order): JobPage[] {
  for (const [number, page] of pages.entries()) {
    const index = page.items.findIndex((item) => order(job, item) < 0)
    const isEnd = index < 0 && number === pages.length - 1 && page.next === undefined
    if (index < 0 && !isEnd) continue
    return pages.with(number, { ...page, items: page.items.toSpliced(isEnd ? page.items.length : index, 0, job) })
  }
  return pages
}

export function dropJob(pages: JobPages, jobId: string): JobPages {
  const remaining = pages.pages.map((page) =>
    page.items.some((item) => item.jobId === jobId)
      ? { ...page, items: page.items.filter((item) => item.jobId !== jobId) }
      : page,
  )
  return { ...pages, pages: remaining }
}

/** A detail keeps its document; the job's state there follows the summary. */
export function mergeSummary(detail: JobDetail, summary: JobSummary): JobDetail {
  return { ...detail, ...summary, document: { ...detail.document, state: summary.state } }
}
