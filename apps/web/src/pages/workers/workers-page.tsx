import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { usePollWhenLost } from '../../api/live.tsx'
import { workersQuery } from '../../api/queries.ts'
import { formatMany } from '../../format/numbers.ts'
import { useTitle } from '../../layout/use-title.ts'
import { paths } from '../../paths.ts'
import { CopyLine } from '../../ui/copy-line.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { NotLoaded } from '../../ui/not-loaded.tsx'
import { sortWorkers } from './sort-workers.ts'
import { WorkersTable } from './workers-table.tsx'

const route = getRouteApi('/app/workers')

export default function WorkersPage() {
  useTitle('Workers')
  const { sort = 'state' } = route.useSearch()
  const workers = useQuery({ ...workersQuery(), refetchInterval: usePollWhenLost() })
  const items = workers.data?.items
  const online = items?.filter(({ state }) => state !== 'offline') ?? []
  const busy = online.reduce((sum, { running }) => sum + running.length, 0)
  return (
    <>
      <header className="page-header">
        <h1>Workers</h1>
        {online.length > 0 && (
          <p>
            {formatMany(online.length, 'worker')} online, {busy} of{' '}
            {formatMany(
              online.reduce((sum, { slots }) => sum + slots, 0),
              'slot',
            )}{' '}
            busy
          </p>
        )}
      </header>
      {items === undefined ? (
        <NotLoaded query={workers} label="Loading the workers" rows={4} height="4rem" />
      ) : items.length === 0 ? (
        <EmptyState icon="workers" title="No worker has joined yet">
          <p>
            A worker is any machine that renders. Take a join token from the{' '}
            <Link {...paths.tokens()}>tokens page</Link> and run this on the machine:
          </p>
          <CopyLine
            prompt
            label="Command that starts a worker"
            text={`BACKLOT_WORKER_TOKEN=TOKEN ./backlot worker --server ${location.origin}`}
          />
        </EmptyState>
      ) : (
        <WorkersTable workers={sortWorkers(items, sort)} sort={sort} />
      )}
    </>
  )
}
