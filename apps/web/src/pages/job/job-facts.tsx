import type { FrameInfo, JobDetail } from '@backlot/contract/schemas/jobs'
import { makesFrames } from '@backlot/contract/steps/registry'
import { formatDuration } from '../../format/time.ts'
import { Facts } from '../../ui/facts.tsx'
import { Icon } from '../../ui/icon.tsx'

const engines: Record<string, string> = { cycles: 'Cycles', eevee: 'EEVEE', workbench: 'Workbench' }

/** How it is rendered: as it was where the render has told (its last frame does so first), else as it was asked for. */
function renderFacts({ settings: { render, blender }, document, samples }: JobDetail, last: FrameInfo | undefined) {
  const used = document.steps.find(({ name }) => makesFrames(name))?.output ?? {}
  const engine = document.result?.engine ?? text(used['engine']) ?? render.engine
  const device = document.result?.device ?? text(used['device']) ?? last?.device ?? undefined
  return {
    blender: document.result?.blender ?? text(used['blender']) ?? last?.blender ?? blender,
    engine: engine === undefined ? undefined : (engines[engine] ?? engine),
    device: device ?? (render.device === 'auto' ? undefined : render.device.toUpperCase()),
    /** The CPU was used though nobody asked for it. */
    fellBack: device !== undefined && /^cpu/i.test(device) && render.device !== 'cpu',
    // Of a still in ranges of samples, those that it has.
    samples: samples === null ? (text(used['samples']) ?? render.samples) : `${samples.completed} of ${samples.total}`,
    renderTime: duration(used['render_seconds']),
    workerTime: duration(used['worker_seconds']),
    slowest:
      used['slowest_frame'] === undefined
        ? undefined
        : `frame ${text(used['slowest_frame'])}, ${duration(used['slowest_seconds'])}`,
    size: render.width !== undefined && render.height !== undefined ? `${render.width} × ${render.height}` : undefined,
  }
}

/** The few that one looks for first. */
export function KeyFacts({ job, lastFrame }: { job: JobDetail; lastFrame: FrameInfo | undefined }) {
  const { blender, engine, device, fellBack, samples } = renderFacts(job, lastFrame)
  if (blender === undefined && engine === undefined && device === undefined) return null
  return (
    <section className="panel" aria-label="Rendered with">
      <Facts
        entries={[
          ['Blender', blender],
          ['Engine', engine],
          ['Device', device !== undefined && <Device key="device" name={device} fellBack={fellBack} />],
          ['Samples', samples],
        ]}
      />
    </section>
  )
}

export function JobFacts({ job, lastFrame }: { job: JobDetail; lastFrame: FrameInfo | undefined }) {
  const { settings } = job
  const { render } = settings
  const facts = renderFacts(job, lastFrame)
  return (
    <section className="job-facts" aria-label="Settings">
      <Facts
        entries={[
          ['Scene file', render.blendPath],
          ['Scene', render.scene],
          ['Frames', settings.frames],
          ['Blender', facts.blender],
          ['Engine', facts.engine],
          [
            'Device',
            facts.device !== undefined && <Device key="device" name={facts.device} fellBack={facts.fellBack} />,
          ],
          ['Samples', facts.samples],
          ['Render time', facts.renderTime],
          ['Time of workers', facts.workerTime],
          ['Slowest', facts.slowest],
          ['Size', facts.size],
          ['Scale', render.percentage !== undefined && `${render.percentage}%`],
          ['Format', render.format],
          ['Frames per task', settings.chunk ?? `as many as take ${formatDuration(settings.taskSeconds)}`],
          ['Order', settings.order !== 'linear' && settings.order],
          ['Priority', settings.priority],
          ['Retries', settings.maxRetries],
          ['Given up after', settings.maxFailures !== undefined && `${settings.maxFailures} failed tasks`],
          ['Worker tags', settings.tags.join(', ')],
          ['Missing files', render.ignoreErrors && 'accepted'],
          ['Job', <code key="id">{job.jobId}</code>],
        ]}
      />
    </section>
  )
}

function Device({ name, fellBack }: { name: string; fellBack: boolean }) {
  if (!fellBack) return name
  return (
    <span className="tone-warn job-fallback">
      <Icon name="alert" size={14} />
      {name}: no graphics device was used
    </span>
  )
}

function duration(value: unknown): string | undefined {
  return typeof value === 'number' ? formatDuration(value) : undefined
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}
