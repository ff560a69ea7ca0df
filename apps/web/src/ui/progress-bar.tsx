import type { JobSummary } from '@backlot/contract/schemas/jobs'
import { formatCount } from '../format/numbers.ts'
import { isEnded } from '@backlot/contract/states'
import './progress-bar.css'

/** A part of the bar, drawn from the left in the order given. */
interface Part {
  value: number
  tone: 'good' | 'running' | 'bad' | 'idle'
}

/** `parts` of `total`; `label` names it, `text` reads it out. */
export function ProgressBar({
  label,
  text,
  total,
  parts,
}: {
  label: string
  text: string
  total: number
  parts: Part[]
}) {
  const done = parts.reduce((sum, { value }) => sum + value, 0)
  return (
    <div className="progress-bar">
      <progress
        className="visually-hidden"
        aria-label={label}
        aria-valuetext={text}
        max={Math.max(total, 1)}
        value={done}
      />
      {parts.map(({ value, tone }) => (
        <span key={tone} className={`tone-${tone}`} style={{ width: `${total === 0 ? 0 : (value / total) * 100}%` }} />
      ))}
    </div>
  )
}

/** Frames of a job: finished, then failed. Blue while it goes on, green when all is there. */
export function JobProgressBar({ job }: { job: JobSummary }) {
  const { total, completed, failed } = job.frames
  const tone = job.state === 'completed' ? 'good' : isEnded(job.state) || job.state === 'paused' ? 'idle' : 'running'
  const failures = failed === 0 ? '' : `, ${formatCount(failed)} failed`
  return (
    <ProgressBar
      label={`Frames of ${job.name}`}
      text={`${formatCount(completed)} of ${formatCount(total)} frames${failures}`}
      total={total}
      parts={[
        { value: completed, tone },
        { value: failed, tone: 'bad' },
      ]}
    />
  )
}
