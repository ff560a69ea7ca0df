import type { JobDetail } from '@backlot/contract/schemas/jobs'
import { isEnded } from '@backlot/contract/states'
import type { ReactNode } from 'react'
import { formatCount, formatMany } from '../../format/numbers.ts'
import { formatDuration, formatEta } from '../../format/time.ts'
import { JobProgressBar } from '../../ui/progress-bar.tsx'
import { Elapsed } from '../../ui/time.tsx'

/** The bar over the whole width, and under it what one asks next: how far, how long still, how fast. */
export function JobProgress({ job }: { job: JobDetail }) {
  const { frames, tasks, eta, startedAt, endedAt } = job
  return (
    <section className="job-progress" aria-label="Progress">
      <JobProgressBar job={job} />
      <dl className="job-numbers numeric">
        <Figure name="Frames">
          {formatCount(frames.completed)} <span className="muted">of {formatCount(frames.total)}</span>
        </Figure>
        {frames.failed > 0 && (
          <Figure name="Failed">
            <span className="job-failed">{formatCount(frames.failed)}</span>
          </Figure>
        )}
        {job.state === 'running' && eta.seconds !== null && <Figure name="Time left">{formatEta(eta.seconds)}</Figure>}
        {eta.secondsPerFrame !== null && <Figure name="Per frame">{formatDuration(eta.secondsPerFrame)}</Figure>}
        {startedAt !== null && (
          <Figure name={isEnded(job.state) ? 'Took' : 'Running for'}>
            <Elapsed from={startedAt} to={endedAt} />
          </Figure>
        )}
        {!isEnded(job.state) && <Figure name="At work">{formatMany(tasks.running, 'task')}</Figure>}
      </dl>
    </section>
  )
}

function Figure({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
