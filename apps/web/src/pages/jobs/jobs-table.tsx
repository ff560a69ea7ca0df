import type { JobSummary } from '@backlot/contract/schemas/jobs'
import { isEnded } from '@backlot/contract/states'
import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import { thumbnailUrl } from '../../api/blob-url.ts'
import { formatCount, formatPercent } from '../../format/numbers.ts'
import { formatEta } from '../../format/time.ts'
import { paths } from '../../paths.ts'
import { Picture } from '../../ui/picture.tsx'
import { JobProgressBar } from '../../ui/progress-bar.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import { jobLook } from '../../ui/state-look.ts'
import { Elapsed, RelativeTime } from '../../ui/time.tsx'
import './jobs-table.css'

export function JobsTable({ jobs }: { jobs: readonly JobSummary[] }) {
  return (
    <table className="jobs-table">
      <caption className="visually-hidden">Jobs, newest first</caption>
      <thead>
        <tr>
          <th scope="col" className="jobs-picture">
            <span className="visually-hidden">Last frame</span>
          </th>
          <th scope="col">Name</th>
          <th scope="col" className="jobs-state">
            State
          </th>
          <th scope="col" className="jobs-progress">
            Frames
          </th>
          <th scope="col" className="jobs-time">
            Time
          </th>
          <th scope="col" className="jobs-created">
            Created
          </th>
        </tr>
      </thead>
      <tbody>
        {jobs.map((job) => (
          <JobRow key={job.jobId} job={job} />
        ))}
      </tbody>
    </table>
  )
}

const JobRow = memo(function JobRow({ job }: { job: JobSummary }) {
  const { total, completed, failed } = job.frames
  return (
    <tr>
      <td className="jobs-picture">
        <Picture src={job.thumbnail === null ? undefined : thumbnailUrl(job.thumbnail)} alt="" />
      </td>
      <td className="jobs-name">
        {/* Its area covers the row, so that the whole row leads there and the name alone is read out. */}
        <Link {...paths.job(job.jobId)} className="jobs-link">
          {job.name}
        </Link>
        <span className="muted truncate">{job.error?.message ?? job.createdBy}</span>
      </td>
      <td className="jobs-state">
        <StateBadge look={jobLook[job.state]} />
      </td>
      <td className="jobs-progress">
        <span className="jobs-counts numeric">
          <span>
            {formatCount(completed)} <span className="muted">of {formatCount(total)}</span>
            {failed > 0 && <span className="jobs-failed"> · {formatCount(failed)} failed</span>}
          </span>
          {!isEnded(job.state) && total > 0 && <span className="muted">{formatPercent(completed / total)}</span>}
        </span>
        <JobProgressBar job={job} />
      </td>
      <td className="jobs-time muted numeric">
        <JobTime job={job} />
      </td>
      <td className="jobs-created muted">
        <RelativeTime at={job.createdAt} />
      </td>
    </tr>
  )
})

/** What one wants to know of a job's time: how much is left while it runs, how long it took when it is over. */
function JobTime({ job }: { job: JobSummary }) {
  if (job.state === 'running' && job.eta.seconds !== null) return <>{formatEta(job.eta.seconds)} left</>
  if (job.startedAt !== null && job.endedAt !== null) return <Elapsed from={job.startedAt} to={job.endedAt} />
  return <>–</>
}
