import type { JobDetail } from '@backlot/contract/schemas/jobs'
import { Facts } from '../../ui/facts.tsx'

const engines = { cycles: 'Cycles', eevee: 'EEVEE', workbench: 'Workbench' } as const

/** How it is rendered: as it was where the render has told, else as it was asked for. */
export function JobFacts({ job }: { job: JobDetail }) {
  const { settings, document } = job
  const { render } = settings
  const used = document.steps.find(({ name }) => name === 'render_frames')?.output ?? {}
  return (
    <section className="job-facts" aria-label="Settings">
      <Facts
        entries={[
          ['Scene file', render.blendPath],
          ['Scene', render.scene],
          ['Frames', settings.frames],
          ['Blender', document.result?.blender ?? text(used['blender']) ?? settings.blender],
          ['Engine', document.result?.engine ?? text(used['engine']) ?? (render.engine && engines[render.engine])],
          [
            'Device',
            document.result?.device ?? text(used['device']) ?? (render.device === 'auto' ? null : render.device),
          ],
          ['Samples', text(used['samples']) ?? render.samples],
          ['Size', render.width !== undefined && render.height !== undefined && `${render.width} × ${render.height}`],
          ['Scale', render.percentage !== undefined && `${render.percentage}%`],
          ['Format', render.format],
          ['Frames per task', settings.chunk > 1 && settings.chunk],
          ['Priority', settings.priority !== 50 && settings.priority],
          ['Worker tags', settings.tags.join(', ')],
          ['Missing files', render.ignoreErrors && 'accepted'],
        ]}
      />
    </section>
  )
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}
