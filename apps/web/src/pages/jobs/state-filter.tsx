import type { JobState } from '@backlot/contract/states'
import { Link } from '@tanstack/react-router'
import type { JobFilter } from '../../api/job-filter.ts'
import { paths } from '../../paths.ts'
import { jobLook } from '../../ui/state-look.ts'
import './state-filter.css'

const states: readonly JobState[] = ['running', 'queued', 'paused', 'completed', 'failed', 'cancelled']

/** Links, so that a filtered list can be kept as a bookmark and gone back from. */
export function StateFilter({ filter }: { filter: JobFilter }) {
  return (
    <nav className="state-filter" aria-label="Filter by state">
      <ul>
        {[undefined, ...states].map((state) => (
          <li key={state ?? 'all'}>
            <Link {...paths.jobs({ ...filter, state })} replace activeOptions={{ explicitUndefined: true }}>
              {state === undefined ? 'All' : jobLook[state].label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
