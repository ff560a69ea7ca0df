import { Link } from '@tanstack/react-router'
import { paths } from '../../paths.ts'
import { jobTabs, type JobTab } from '../../search-params.ts'
import './job-tabs.css'

const labels: Record<JobTab, string> = {
  frames: 'Frames',
  log: 'Log',
  tasks: 'Tasks',
  events: 'Events',
  files: 'Files',
  settings: 'Settings',
}

/** Links, because each has an address of its own. */
export function JobTabs({ jobId }: { jobId: string }) {
  return (
    <nav className="job-tabs" aria-label="Parts of the job">
      <ul>
        {jobTabs.map((tab) => (
          <li key={tab}>
            <Link
              {...paths.job(jobId, tab === 'frames' ? undefined : tab)}
              replace
              resetScroll={false}
              activeOptions={{ explicitUndefined: true }}
            >
              {labels[tab]}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
