import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { usePollWhenLost } from '../../api/live.tsx'
import { jobsQuery } from '../../api/queries.ts'
import { useTitle } from '../../layout/use-title.ts'
import { Button } from '../../ui/button.tsx'
import { NotLoaded } from '../../ui/not-loaded.tsx'
import { JobsEmpty } from './jobs-empty.tsx'
import { JobsTable } from './jobs-table.tsx'
import { StateFilter } from './state-filter.tsx'

const route = getRouteApi('/app/jobs')

export default function JobsPage() {
  useTitle('Jobs')
  const { state } = route.useSearch()
  const jobs = useInfiniteQuery({ ...jobsQuery(state), refetchInterval: usePollWhenLost() })
  const items = jobs.data?.pages.flatMap((page) => page.items)
  return (
    <>
      <header className="page-header">
        <h1>Jobs</h1>
        <StateFilter />
      </header>
      {items === undefined ? (
        <NotLoaded query={jobs} label="Loading the jobs" rows={6} height="4.5rem" />
      ) : items.length === 0 ? (
        <JobsEmpty state={state} />
      ) : (
        <JobsTable jobs={items} />
      )}
      {jobs.hasNextPage && (
        <p className="load-more">
          <Button busy={jobs.isFetchingNextPage} onClick={() => void jobs.fetchNextPage()}>
            Load older jobs
          </Button>
        </p>
      )}
    </>
  )
}
