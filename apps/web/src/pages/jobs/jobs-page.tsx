import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useEffect } from 'react'
import { usePollWhenLost } from '../../api/live.tsx'
import { jobsQuery } from '../../api/queries.ts'
import { formatCount, formatMany } from '../../format/numbers.ts'
import { useTitle } from '../../layout/use-title.ts'
import { Button } from '../../ui/button.tsx'
import { announce } from '../../ui/live-region.tsx'
import { NotLoaded } from '../../ui/not-loaded.tsx'
import { JobSearch } from './job-search.tsx'
import { JobsEmpty } from './jobs-empty.tsx'
import { JobsTable } from './jobs-table.tsx'
import { SortSelect } from './sort-select.tsx'
import { StateFilter } from './state-filter.tsx'

const route = getRouteApi('/app/jobs')

export default function JobsPage() {
  useTitle('Jobs')
  const filter = route.useSearch()
  const jobs = useInfiniteQuery({
    ...jobsQuery(filter),
    refetchInterval: usePollWhenLost(),
    // The list before stays until the next is here: while one types, the page does not flicker.
    placeholderData: keepPreviousData,
  })
  const items = jobs.data?.pages.flatMap((page) => page.items)
  const isFiltered = filter.state !== undefined || filter.search !== undefined
  const found = jobs.isPlaceholderData || filter.search === undefined ? undefined : items?.length
  useAnnouncedCount(filter.search, found, jobs.hasNextPage)
  return (
    <>
      <header className="page-header">
        <h1>Jobs</h1>
        {(isFiltered || items?.length !== 0) && (
          <div className="jobs-tools">
            <StateFilter filter={filter} />
            <SortSelect filter={filter} />
            <JobSearch filter={filter} />
          </div>
        )}
      </header>
      {items === undefined || (jobs.isPlaceholderData && items.length === 0) ? (
        <NotLoaded query={jobs} label="Loading the jobs" rows={6} height="4.5rem" />
      ) : items.length === 0 ? (
        <JobsEmpty filter={filter} />
      ) : (
        <JobsTable jobs={items} filter={filter} isStale={jobs.isPlaceholderData} />
      )}
      {jobs.hasNextPage && (
        <p className="load-more">
          <Button busy={jobs.isFetchingNextPage} onClick={() => void jobs.fetchNextPage()}>
            Load more jobs
          </Button>
        </p>
      )}
    </>
  )
}

/** People who don't see the list hear what a search found. */
function useAnnouncedCount(search: string | undefined, count: number | undefined, hasMore: boolean): void {
  useEffect(() => {
    if (search === undefined || count === undefined) return
    announce(hasMore ? `More than ${formatCount(count)} jobs found` : `${formatMany(count, 'job')} found`)
    // oxlint-disable-next-line react/exhaustive-deps -- jobs that come and go later are no answer to the search
  }, [search, count === undefined])
}
