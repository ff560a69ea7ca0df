import type { FrameInfo, JobDetail } from '@backlot/contract/schemas/jobs'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate, useRouter } from '@tanstack/react-router'
import { useEffect, useMemo, useRef } from 'react'
import { shownError } from '../../api/errors.ts'
import { usePollWhenLost } from '../../api/live.tsx'
import { jobQuery } from '../../api/queries.ts'
import { formatPercent } from '../../format/numbers.ts'
import { useTitle } from '../../layout/use-title.ts'
import { paths } from '../../paths.ts'
import type { JobTab } from '../../search-params.ts'
import { announce } from '../../ui/live-region.tsx'
import { NotLoaded } from '../../ui/not-loaded.tsx'
import { jobLook } from '../../ui/state-look.ts'
import { EventsView } from './events-view.tsx'
import { FilesView } from './files-view.tsx'
import { FrameGrid } from './frames/frame-grid.tsx'
import { framePlan, type FramePlan, indexOfFrame } from './frames/frame-plan.ts'
import { FrameViewer } from './frames/frame-viewer.tsx'
import { useFrames } from './frames/use-frames.ts'
import { JobFacts, KeyFacts } from './job-facts.tsx'
import { JobHeader } from './job-header.tsx'
import { JobProblems } from './job-problems.tsx'
import { JobProgress } from './job-progress.tsx'
import { JobTabs } from './job-tabs.tsx'
import { LogView } from './log/log-view.tsx'
import { Stage } from './stage.tsx'
import { StepsPanel } from './steps-panel.tsx'
import { TasksView } from './tasks-view.tsx'
import { useFollowJob } from './use-follow-job.ts'
import '../../ui/panel.css'
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
      <NotLoaded query={job} label="Loading the job" rows={4} height="6rem" />
    </>
  )
}

function Job({ job }: { job: JobDetail }) {
  const { jobId } = job
  const { tab, frame } = route.useSearch()
  const part = tab ?? 'frames'
  const viewer = useViewer(jobId, tab)
  const plan = useMemo(() => framePlan(job.settings.frames), [job.settings.frames])
  const lastFrame = useLastFrame(job, plan)
  useJobTitle(job)
  useAnnouncedState(job)

  return (
    <>
      <JobHeader job={job} />
      <JobProgress job={job} />
      <JobProblems job={job} />
      <div className="job-overview">
        <Stage job={job} lastFrame={lastFrame} onOpenFrame={viewer.open} />
        <div className="job-side">
          <StepsPanel steps={job.document.steps} />
          <KeyFacts job={job} lastFrame={lastFrame} />
        </div>
      </div>
      <JobTabs jobId={jobId} />
      {part === 'frames' && <FrameGrid jobId={jobId} jobName={job.name} plan={plan} onOpen={viewer.open} />}
      {part === 'log' && <LogView jobId={jobId} />}
      {part === 'tasks' && <TasksView job={job} />}
      {part === 'events' && <EventsView jobId={jobId} />}
      {part === 'files' && <FilesView job={job} />}
      {part === 'settings' && <JobFacts job={job} lastFrame={lastFrame} />}
      {frame !== undefined && (
        <FrameViewer jobId={jobId} plan={plan} frame={frame} onMove={viewer.move} onClose={viewer.close} />
      )}
    </>
  )
}

/** Undefined while there is none, or it is not loaded. */
function useLastFrame({ jobId, lastFrame }: JobDetail, plan: FramePlan): FrameInfo | undefined {
  const index = lastFrame === null ? -1 : indexOfFrame(plan, lastFrame)
  return useFrames(jobId, plan, index, index).get(lastFrame ?? undefined)
}

/** The viewer is a step in the history: the back button closes it, and closing it leaves no step behind. */
function useViewer(jobId: string, tab: JobTab | undefined) {
  const navigate = useNavigate()
  const router = useRouter()
  const wasOpenedHere = useRef(false)
  return {
    open: (frame: number) => {
      wasOpenedHere.current = true
      void navigate({ ...paths.frame(jobId, frame, tab), resetScroll: false })
    },
    move: (frame: number) => void navigate({ ...paths.frame(jobId, frame, tab), replace: true, resetScroll: false }),
    close: () => {
      if (wasOpenedHere.current) router.history.back()
      else void navigate({ ...paths.job(jobId, tab), replace: true, resetScroll: false })
      wasOpenedHere.current = false
    },
  }
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
