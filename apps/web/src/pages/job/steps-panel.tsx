import type { JobStep } from '@backlot/contract/job-document'
import { stepRegistry } from '@backlot/contract/steps/registry'
import { formatDuration } from '../../format/time.ts'
import { StateBadge } from '../../ui/state-badge.tsx'
import { stepLook } from '../../ui/state-look.ts'
import { Elapsed } from '../../ui/time.tsx'
import { stepFinding } from './step-finding.ts'
import './steps-panel.css'

export function StepsPanel({ steps }: { steps: readonly JobStep[] }) {
  return (
    <section className="panel" aria-label="Steps">
      <h2>Steps</h2>
      <ol className="steps">
        {steps.map((step) => (
          <li key={step.name} className={`tone-${stepLook[step.status].tone}`}>
            <span className="step-title" title={stepRegistry[step.name].summary}>
              {stepRegistry[step.name].title}
            </span>
            <StateBadge look={stepLook[step.status]} plain />
            <span className="step-time muted numeric">
              <StepTime step={step} />
            </span>
            <StepFinding step={step} />
            {step.error !== null && <p className="step-error">{step.error.message}</p>}
          </li>
        ))}
      </ol>
    </section>
  )
}

function StepFinding({ step }: { step: JobStep }) {
  const finding = stepFinding(step)
  return finding === undefined ? null : <p className="step-finding muted">{finding}</p>
}

function StepTime({ step }: { step: JobStep }) {
  if (step.duration_s !== null) return <>{formatDuration(step.duration_s)}</>
  if (step.status === 'running' && step.started_at !== null) return <Elapsed from={step.started_at} to={null} />
  return null
}
