import { basename, join } from 'node:path'
import { CodedError, messageOf } from '@backlot/base/errors'
import type { BlenderSession, Progress, RenderedFrame, SceneSettings, UsedDevice } from '@backlot/blender/driver'
import { deliverFrame } from '../outbox/deliver.ts'
import { checkImage } from '../verify/check-image.ts'
import type { ParametersOf, StepContext } from './step.ts'

/** Of a thumbnail's longer side. Pixels: sharp at 200 on a dense screen. */
const thumbnailSize = 400

/** The contract's limit. */
const longestDevice = 200

/**
 * The next lease may come so long before a task is probably done, with the answer to another attempt that ends by then.
 * Milliseconds. With tasks of 0.3 to 1.2 s it mostly does; a lease for the next 250 ms is asked for at once.
 */
const lookAhead = 1000

type Context = StepContext<'render_frames'>

/**
 * Renders the frames of the lease, in order, in one Blender. Each frame is checked and travels while the next one
 * renders; a frame that fails ends the task, the frames before it count.
 */
export async function renderFrames(context: Context): Promise<void> {
  const { attempt, parameters, outbox } = context
  const session = await openScene(context)
  const settings = settingsOf(parameters)
  const { frames } = attempt.lease
  for (const [index, frame] of frames.entries()) {
    if (outbox.isFull) attempt.progress({ message: 'Waiting for uploads' })
    await outbox.room(attempt.signal)
    await context.needSpace()
    attempt.progress({ frame, fraction: 0, message: `Rendering frame ${frame}` })
    const isLast = index === frames.length - 1
    using _ = isLast ? askAhead(context) : undefined
    const started = performance.now()
    const rendered = await session.render(
      { frame, folder: context.folder, settings, tolerateScriptErrors: parameters.ignoreErrors },
      { signal: attempt.signal, onProgress: (progress) => tellProgress(context, progress) },
    )
    if (isLast) context.freeIn(0)
    for (const warning of rendered.warnings) attempt.log.write(warning, 'warning')
    const { fallback } = rendered.device
    if (index === 0 && fallback !== null) attempt.log.write(`The CPU renders: ${fallback}`, 'warning')
    attempt.progress({ fraction: 1, message: `Frame ${frame} is rendered` })
    attempt.log.write(`Frame ${frame} took ${rendered.seconds.toFixed(2)} s.`)
    const thumbnail = await makeThumbnail(context, session, rendered)
    context.frameTime.write(performance.now() - started)
    const delivered = outbox.add(attempt, () => deliver(context, session, { rendered, thumbnail, isLast }))
    if (!parameters.uploadWhileRendering) await delivered
  }
}

/** Says when the frame is nearly done, if it takes as long as the one before. */
function askAhead({ frameTime, freeIn }: Context): Disposable | undefined {
  const expected = frameTime.read()
  if (expected === undefined) return undefined
  const ahead = Math.min(expected, lookAhead)
  const timer = setTimeout(() => freeIn(ahead), expected - ahead)
  return { [Symbol.dispose]: () => clearTimeout(timer) }
}

async function openScene({ attempt, parameters, tree, blender }: Context): Promise<BlenderSession> {
  const { signal, lease } = attempt
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
  if (opened.reused) return session
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

function tellProgress({ attempt }: Context, { fraction, text }: Progress): void {
  attempt.progress({ ...(fraction === undefined ? {} : { fraction }), ...(text === '' ? {} : { message: text }) })
}

interface Thumbnail {
  path: string
  /** `black`, `transparent`: somebody should look at the frame. */
  warnings: string[]
}

/** A frame without a thumbnail is still a frame. */
async function makeThumbnail(
  context: Context,
  session: BlenderSession,
  rendered: RenderedFrame,
): Promise<Thumbnail | undefined> {
  const { attempt, folder } = context
  const path = join(folder, `thumbnail-${rendered.frame}.jpg`)
  try {
    const { black, transparent } = await session.thumbnail(
      { source: rendered.path, output: path, size: thumbnailSize, colour: rendered.colour },
      { signal: attempt.signal },
    )
    return { path, warnings: transparent === true ? ['transparent'] : black === true ? ['black'] : [] }
  } catch (error) {
    if (attempt.signal.aborted || !session.alive) throw error
    attempt.log.write(`There is no thumbnail of frame ${rendered.frame}: ${messageOf(error)}`, 'warning')
    return undefined
  }
}

interface Delivery {
  rendered: RenderedFrame
  thumbnail: Thumbnail | undefined
  /** Of its task. */
  isLast: boolean
}

async function deliver(
  context: Context,
  session: BlenderSession,
  { rendered, thumbnail, isLast }: Delivery,
): Promise<void> {
  const { frame, path, sha256, seconds, engine, samples, device, colour, warnings } = rendered
  await checkFrame(rendered)
  const unkept = viewsNotKept(rendered)
  if (unkept !== undefined) context.attempt.log.write(unkept, 'warning')
  const output = {
    path,
    sha256,
    thumbnail: thumbnail?.path ?? null,
    facts: {
      frame,
      name: basename(path),
      renderSeconds: seconds,
      blender: session.version,
      engine,
      device: nameOf(device),
      samples,
      colour: isSceneLight(path) ? colour : null,
      warnings: [...warnings, ...(unkept === undefined ? [] : ['one view only']), ...(thumbnail?.warnings ?? [])],
    },
  }
  await deliverFrame(context.attempt, context.files, output, { isLast })
}

/** Stereo with a file for each view: a frame keeps one file, and whoever looks must not believe that it is all. */
export function viewsNotKept({ frame, files }: Pick<RenderedFrame, 'frame' | 'files'>): string | undefined {
  const [kept, ...others] = files.map((path) => basename(path))
  if (others.length === 0) return undefined
  return (
    `Frame ${frame} has a file for each view, and only ${kept} is kept, not ${others.join(', ')}. ` +
    'Choose Output > Views > Stereo 3D (or Multi-View for EXR) in the scene to have all views in one file.'
  )
}

/** `OPTIX 8 × NVIDIA RTX 6000`: eight times the name would be longer than what the server takes. */
export function nameOf({ type, names }: UsedDevice): string {
  const counted = [...Map.groupBy(names, (name) => name)].map(([name, same]) =>
    same.length === 1 ? name : `${same.length} × ${name}`,
  )
  return [type, ...counted].join(' ').slice(0, longestDevice)
}

const isSceneLight = (path: string) => /\.exr$/i.test(path)

/** Throws `render.bad_output` unless the file is a whole picture of the size that was asked for. */
async function checkFrame({ frame, path, width, height }: RenderedFrame): Promise<void> {
  const found = await checkImage(path).catch((error: unknown) => {
    if (!(error instanceof CodedError)) throw error
    throw new CodedError(error.code, error.message, { details: { ...error.details, frame }, cause: error })
  })
  if (width === null || (found.width === width && found.height === height)) return
  const message = `Frame ${frame} has ${found.width} × ${found.height} pixels instead of ${width} × ${height}.`
  throw new CodedError('render.bad_output', message, { details: { path, frame } })
}

function settingsOf(parameters: ParametersOf<'render_frames'>): SceneSettings {
  const { scene, engine, samples, format, width, height, percentage, device } = parameters
  return { scene, engine, samples, format, width, height, percentage, device }
}
