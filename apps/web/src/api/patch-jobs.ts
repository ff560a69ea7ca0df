import type { JobDetail, JobSummary } from '@backlot/contract/schemas/jobs'
import type { JobState } from '@backlot/contract/states'
import type { InfiniteData } from '@tanstack/react-query'

export interface JobPage {
  items: JobSummary[]
  next?: string | undefined
}
export type JobPages = InfiniteData<JobPage, string | undefined>

/**
 * Puts a changed job into a list, newest first, that shows `state` only (undefined: all). A job that no longer belongs
 * goes; one that is new to the list comes in at its place, unless that place is on a page that is not loaded.
 */
export function putJob(pages: JobPages, job: JobSummary, state: JobState | undefined): JobPages {
  if (state !== undefined && job.state !== state) return dropJob(pages, job.jobId)
  let found = false
  const replaced = pages.pages.map((page) => {
    const index = page.items.findIndex((item) => item.jobId === job.jobId)
    if (index < 0) return page
    found = true
    return { ...page, items: page.items.with(index, job) }
  })
  return { ...pages, pages: found ? replaced : insert(pages.pages, job) }
}

function insert(pages: JobPage[], job: JobSummary): JobPage[] {
  for (const [number, page] of pages.entries()) {
    const index = page.items.findIndex((item) => item.createdAt < job.createdAt)
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
