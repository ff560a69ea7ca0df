import type { JobDetail } from '@backlot/contract/schemas/jobs'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useEffect, useMemo, useRef } from 'react'
import { shownError } from '../../api/errors.ts'
import { usePollWhenLost } from '../../api/live.tsx'
import { jobQuery } from '../../api/queries.ts'
import { formatPercent } from '../../format/numbers.ts'
import { useTitle } from '../../layout/use-title.ts'
import { paths } from '../../paths.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { announce } from '../../ui/live-region.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { jobLook } from '../../ui/state-look.ts'
import { EventsView } from './events-view.tsx'
import { FilesView } from './files-view.tsx'
import { FrameGrid } from './frames/frame-grid.tsx'
import { framePlan } from './frames/frame-plan.ts'
import { FrameViewer } from './frames/frame-viewer.tsx'
import { JobFacts } from './job-facts.tsx'
import { JobHeader } from './job-header.tsx'
import { JobProblems } from './job-problems.tsx'
import { JobProgress } from './job-progress.tsx'
import { JobTabs } from './job-tabs.tsx'
import { LogView } from './log/log-view.tsx'
import { Stage } from './stage.tsx'
import { StepsPanel } from './steps-panel.tsx'
import { TasksView } from './tasks-view.tsx'
import { useFollowJob } from './use-follow-job.ts'
import './job-page.css'

const route = getRouteApi('/app/jobs/$jobId')

export default function JobPage() {
  const { jobId } = route.useParams()
  const job = useQuery({ ...jobQuery(jobId), refetchInterval: usePollWhenLost() })
  useFollowJob(jobId)
  const isGone = job.isError && shownError(job.error).code === 'job.not_found'
  if (job.data !== undefined && !isGone) return <Job key={jobId} job={job.data} />
  return (
    <>
      <p className="breadcrumb">
        <Link {...paths.jobs()}>Jobs</Link>
      </p>
      <h1 className={job.isError ? 'job-missing' : 'visually-hidden'}>Job</h1>
      {job.isError ? (
        <ErrorPanel error={job.error} onRetry={() => void job.refetch()} busy={job.isFetching} />
      ) : (
        <SkeletonRows label="Loading the job" rows={4} height="6rem" />
      )}
    </>
  )
}

function Job({ job }: { job: JobDetail }) {
  const { jobId } = job
  const { tab = 'frames', frame } = route.useSearch()
  const navigate = useNavigate()
  const plan = useMemo(() => framePlan(job.settings.frames), [job.settings.frames])
  const openFrame = (number: number) => void navigate({ ...paths.frame(jobId, number), resetScroll: false })
  useJobTitle(job)
  useAnnouncedState(job)

  return (
    <>
      <JobHeader job={job} />
      <JobProgress job={job} />
      <JobProblems job={job} />
      <div className="job-overview">
        <Stage job={job} plan={plan} onOpenFrame={openFrame} />
        <StepsPanel steps={job.document.steps} />
      </div>
      <JobTabs jobId={jobId} />
      {tab === 'frames' && <FrameGrid jobId={jobId} jobName={job.name} plan={plan} onOpen={openFrame} />}
      {tab === 'log' && <LogView jobId={jobId} />}
      {tab === 'tasks' && <TasksView job={job} />}
      {tab === 'events' && <EventsView jobId={jobId} />}
      {tab === 'files' && <FilesView job={job} />}
      {tab === 'settings' && <JobFacts job={job} />}
      {frame !== undefined && (
        <FrameViewer
          jobId={jobId}
          plan={plan}
          frame={frame}
          onMove={(to) => void navigate({ ...paths.frame(jobId, to), replace: true, resetScroll: false })}
          onClose={() => void navigate({ ...paths.job(jobId), replace: true, resetScroll: false })}
        />
      )}
    </>
  )
}

/** "42% shot_010": readable in the narrow tab of a browser while one works elsewhere. */
function useJobTitle({ name, state, frames }: JobDetail): void {
  const progress = state === 'running' && frames.total > 0 ? `${formatPercent(frames.completed / frames.total)} ` : ''
  useTitle(progress + name)
}

function useAnnouncedState({ name, state }: JobDetail): void {
  const before = useRef(state)
  useEffect(() => {
    if (before.current === state) return
    before.current = state
    announce(`${name}: ${jobLook[state].label}`)
  }, [name, state])
}
