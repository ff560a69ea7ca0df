import { jobColumns, type JobSummary } from '@backlot/contract/schemas/jobs'
import { isEnded } from '@backlot/contract/states'
import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import { thumbnailUrl } from '../../api/blob-url.ts'
import type { JobFilter } from '../../api/job-filter.ts'
import { formatCount, formatPercent } from '../../format/numbers.ts'
import { formatEta } from '../../format/time.ts'
import { paths } from '../../paths.ts'
import { Breakable } from '../../ui/breakable.tsx'
import { Picture } from '../../ui/picture.tsx'
import { JobProgressBar } from '../../ui/progress-bar.tsx'
import { nextSort, SortHeader } from '../../ui/sort-header.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import { jobLook } from '../../ui/state-look.ts'
import { Elapsed, RelativeTime } from '../../ui/time.tsx'
import { jobColumnLooks } from './job-columns.ts'
import './jobs-table.css'

interface JobsTableProps {
  jobs: readonly JobSummary[]
  filter: JobFilter
  /** What is shown is still the list before. */
  isStale: boolean
}

export function JobsTable({ jobs, filter, isStale }: JobsTableProps) {
  const { sort = '-created' } = filter
  return (
    <table className="jobs-table" aria-busy={isStale || undefined}>
      <caption className="visually-hidden">Jobs</caption>
      <thead>
        <tr>
          <th scope="col" className="jobs-picture">
            <span className="visually-hidden">Last frame</span>
          </th>
          {jobColumns.map((column) => (
            <SortHeader key={column} column={column} sort={sort} className={`jobs-${column}`}>
              <Link
                {...paths.jobs({ ...filter, sort: nextSort(sort, column, jobColumnLooks[column].usual) })}
                replace
                activeProps={{}}
                className="sort-link"
              >
                {jobColumnLooks[column].label}
              </Link>
            </SortHeader>
          ))}
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
          <Breakable text={job.name} />
        </Link>
        {job.error !== null && <span className="muted truncate">{job.error.message}</span>}
        <span className="muted truncate jobs-by">{job.createdBy}</span>
      </td>
      <td className="jobs-owner muted truncate" title={job.createdBy}>
        {job.createdBy}
      </td>
      <td className="jobs-state">
        <StateBadge look={jobLook[job.state]} />
      </td>
      <td className="jobs-frames">
        <span className="jobs-counts numeric">
          <span>
            {formatCount(completed)} <span className="muted">of {formatCount(total)}</span>
            {failed > 0 && <span className="jobs-failed"> · {formatCount(failed)} failed</span>}
          </span>
          <span className="muted">
            <JobShare job={job} />
          </span>
        </span>
        <JobProgressBar job={job} />
      </td>
      <td className="jobs-time muted numeric">
        {job.startedAt === null ? (
          <>
            <span aria-hidden="true">–</span>
            <span className="visually-hidden">not started</span>
          </>
        ) : (
          <Elapsed from={job.startedAt} to={job.endedAt} />
        )}
      </td>
      <td className="jobs-created muted">
        <RelativeTime at={job.createdAt} />
      </td>
    </tr>
  )
})

/** What one wants to know of a job that goes on: how long still, else how far it is. */
function JobShare({ job: { state, frames, eta } }: { job: JobSummary }) {
  if (isEnded(state) || frames.total === 0) return null
  if (state === 'running' && eta.seconds !== null) return <>{formatEta(eta.seconds)} left</>
  return <>{formatPercent(frames.completed / frames.total)}</>
}
