import type { WhyNotRunning } from '@backlot/contract/schemas/jobs'
import type { PipelineContext } from './context.ts'
import { hasEnded } from './document.ts'
import type { JobRow } from './queries/job-row.ts'

type Reason = WhyNotRunning['reasons'][number]

/** Why a job is not running: its own state first, then what the farm knows of workers and queue. */
export async function whyJob(context: PipelineContext, { jobId, tenantId, document }: JobRow): Promise<WhyNotRunning> {
  const { state } = document
  const own = ownReason(state, hasEnded(document))
  if (own !== undefined) return { state, reasons: [own], keptOff: [] }
  return { state, ...(await context.farm.whyIdle({ jobId, tenantId })) }
}

function ownReason(state: WhyNotRunning['state'], ended: boolean): Reason | undefined {
  if (ended) {
    const advice = 'Requeue it to render what is missing.'
    return { code: 'ended', message: `The job is over: ${state}.`, advice }
  }
  if (state === 'paused') {
    return { code: 'paused', message: 'The job is paused.', advice: 'Resume it to go on: what is rendered is kept.' }
  }
  if (state === 'cancelling') {
    const message = 'The job is being cancelled: workers are letting go.'
    return {
      code: 'cancelling',
      message,
      advice: 'Wait a moment; a worker that is gone is waited for up to 30 seconds.',
    }
  }
  if (state !== 'pending') return undefined
  return { code: 'not_ready', message: 'Its files are not complete yet.', advice: 'Let the submission finish.' }
}
