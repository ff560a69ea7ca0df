import { formatSeconds } from '@backlot/base/format'
import { framesOf, parseFrames } from '@backlot/contract/frames'
import type { JobDetail } from '@backlot/contract/schemas/jobs'
import { isEnded } from '@backlot/contract/states'
import { makesFrames } from '@backlot/contract/steps/registry'
import { connect } from '../connection.ts'
import type { CliContext } from '../context.ts'
import { readJobId } from '../job-id.ts'
import { table } from '../output.ts'

export async function run(context: CliContext, _options: object, [id]: [string]): Promise<void> {
  const jobId = readJobId(id)
  const { client } = await connect(context)
  const job = await client.showJob({ params: { jobId } })
  context.output.answer(describeJob(job), textOf(job))
}

/** The JSON that scripts read: the job document with its counts. */
export function describeJob(job: JobDetail) {
  const { document, ...summary } = job
  return {
    ...document,
    ...summary,
    steps: document.steps,
    frames: summary.frames,
    eta: summary.eta.seconds,
    etaP50: summary.eta.p50,
    etaP80: summary.eta.p80,
  }
}

function textOf(job: JobDetail): string {
  const { frames, tasks, document } = job
  const parsed = parseFrames(job.settings.frames)
  const count = 'problem' in parsed ? job.settings.frames : `${job.settings.frames} (${framesOf(parsed.spans).length})`
  const head = table([
    ['Job', `${job.name}  ${job.jobId}`],
    ['State', job.state + (job.error === null ? '' : `: ${job.error.message} [${job.error.code}]`)],
    ['Frames', `${count}: ${frames.completed} done, ${frames.failed} failed`],
    ...samplesOf(job),
    [
      'Tasks',
      Object.entries(tasks)
        .map(([state, n]) => `${n} ${state}`)
        .join(', '),
    ],
    ...(isEnded(job.state) ? [] : [['Left', leftOf(job)]]),
    ...timesOf(document),
    ...costOf(job),
  ])
  const steps = table(
    document.steps.map((step) => [
      `  ${step.name}`,
      step.status,
      step.duration_s === null ? '' : formatSeconds(step.duration_s),
      step.error?.message ?? '',
    ]),
  )
  return `${head}\n\nSteps\n${steps}`
}

function leftOf({ eta }: JobDetail): string {
  if (eta.seconds === null) return 'not known yet'
  const sure = eta.p50 === null || eta.p80 === null ? '' : `; with 80 % within ${formatSeconds(eta.p80)}`
  return formatSeconds(eta.p50 ?? eta.seconds) + sure
}

/** Of a still in ranges of samples. */
function samplesOf({ samples }: JobDetail): string[][] {
  if (samples === null) return []
  const noise = samples.noise === null ? '' : `; noise ${samples.noise.toPrecision(2)}`
  return [['Samples', `${samples.completed} of ${samples.total}${noise}`]]
}

/** By the rates of the workers, where any is known. */
function costOf({ cost, state }: JobDetail): string[][] {
  if (cost === null) return []
  const { soFar, total, ratedSeconds, workerSeconds } = cost
  const all = isEnded(state) || total === null ? '' : ` of about ${total.toFixed(2)}`
  const part = ratedSeconds < workerSeconds * 0.999 ? '; some of its workers have no rate' : ''
  return [['Cost', `${soFar.toFixed(2)}${all}${part}`]]
}

/** What it took, once it is rendered. */
function timesOf({ steps }: JobDetail['document']): string[][] {
  const output = steps.find(({ name }) => makesFrames(name))?.output ?? {}
  const seconds = (name: string) => (typeof output[name] === 'number' ? formatSeconds(output[name]) : undefined)
  const [render, worker, slowest] = ['render_seconds', 'worker_seconds', 'slowest_seconds'].map(seconds)
  if (render === undefined) return []
  return [
    ['Time', `${render} of rendering in ${worker} of workers; slowest: frame ${output.slowest_frame}, ${slowest}`],
  ]
}
