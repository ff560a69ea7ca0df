import { join } from 'node:path'
import { CodedError } from '@backlot/base/errors'
import type { BlenderSession, SceneSettings } from '@backlot/blender/driver'
import type { RenderStepKind, StepContext } from './step.ts'

/** A Blender with the job's scene loaded, all of whose files are there. Throws `render.missing_asset` otherwise. */
export async function openScene({
  attempt,
  parameters,
  tree,
  blender,
  frameTime,
  gpuIsBroken,
}: StepContext<RenderStepKind>): Promise<BlenderSession> {
  const { signal, lease } = attempt
  if (gpuIsBroken && parameters.device === 'auto')
    attempt.log.write('The CPU renders: the graphics device of this worker failed its test render.', 'warning')
  // Blender starts while the files come.
  const [files, started] = await Promise.allSettled([
    tree(parameters.archive),
    blender({ clean: !parameters.warm, opensScene: true }),
  ])
  if (files.status === 'rejected') throw files.reason
  if (started.status === 'rejected') throw started.reason
  const [folder, session] = [files.value, started.value]
  attempt.progress({ message: 'Opening the scene' })
  const opened = await session.open(
    {
      file: join(folder, parameters.blendPath),
      fileVersion: lease.fileVersion,
      allowScripts: parameters.allowScripts,
      tolerateScriptErrors: parameters.ignoreErrors,
    },
    { signal, onProgress: () => attempt.progress() },
  )
  attempt.progress()
  if (opened.reused) {
    if (frameTime.read() !== undefined) attempt.settle()
    return session
  }
  attempt.log.write(`Opened ${parameters.blendPath} with Blender ${session.version} in ${opened.seconds.toFixed(2)} s.`)
  for (const warning of opened.warnings) attempt.log.write(warning, 'warning')
  const { missing } = await session.missingFiles({ signal })
  for (const { path, users } of missing)
    attempt.log.write(`Missing: ${path} (${users.join(', ') || 'no user'})`, 'warning')
  const needed = missing.filter(({ users }) => users.length > 0)
  if (needed.length > 0 && !parameters.ignoreErrors) {
    const first = needed.slice(0, 5).map(({ path, users }) => `${path} (used by ${users.join(', ')})`)
    const more = needed.length > 5 ? ` and ${needed.length - 5} more` : ''
    throw new CodedError(
      'render.missing_asset',
      `The scene needs files that are not here: ${first.join('; ')}${more}.`,
      {
        details: { missing: needed.map(({ path }) => path) },
      },
    )
  }
  return session
}

/** What a job changes in its scene. What it leaves open is not rendered on a device that is broken. */
export function settingsOf({
  parameters,
  gpuIsBroken,
}: Pick<StepContext<RenderStepKind>, 'parameters' | 'gpuIsBroken'>): SceneSettings {
  const { scene, engine, samples, format, width, height, percentage } = parameters
  const device = gpuIsBroken && parameters.device === 'auto' ? 'cpu' : parameters.device
  return { scene, engine, samples, format, width, height, percentage, device }
}
