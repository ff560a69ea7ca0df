import { basename, join } from 'node:path'
import { CodedError, messageOf } from '@backlot/base/errors'
import type { BlenderSession, RenderedFrame, ThumbnailResult, UsedDevice } from '@backlot/blender/driver'
import type { FinishedFrame } from '@backlot/contract/schemas/farm'
import { deliverFrame } from '../outbox/deliver.ts'
import { checkImage } from '../verify/check-image.ts'
import type { RenderStepKind, StepContext } from './step.ts'

/** Of a thumbnail's longer side. Pixels: sharp at 200 on a dense screen. */
export const thumbnailSize = 400

/** The contract's limit. */
const longestDevice = 200

type Context = StepContext<RenderStepKind>

export interface Thumbnail {
  path: string
  /** `black`, `transparent`: somebody should look at the frame. */
  warnings: string[]
}

/** A frame without a thumbnail is still a frame. */
export async function makeThumbnail(
  context: Context,
  session: BlenderSession,
  rendered: RenderedFrame,
): Promise<Thumbnail | undefined> {
  const { attempt, folder } = context
  const path = join(folder, `thumbnail-${rendered.frame}.jpg`)
  let seen: ThumbnailResult
  try {
    seen = await session.thumbnail(
      { source: rendered.path, output: path, size: thumbnailSize, colour: rendered.colour },
      { signal: attempt.signal },
    )
  } catch (error) {
    if (attempt.signal.aborted || !session.alive) throw error
    attempt.log.write(`There is no thumbnail of frame ${rendered.frame}: ${messageOf(error)}`, 'warning')
    return undefined
  }
  return { path, warnings: warningsOf(rendered.frame, seen) }
}

/** What somebody should look at. Throws `render.bad_output` where no pixel is a number: that is no picture. */
export function warningsOf(
  frame: number,
  { black, transparent, notFinite }: Pick<ThumbnailResult, 'black' | 'transparent' | 'notFinite'>,
): string[] {
  const where = notFinite === null || notFinite.layer === null ? '' : ` of the layer ${notFinite.layer}`
  if (notFinite !== null && notFinite.pixels === notFinite.of) {
    const message = `Frame ${frame} is no picture: every pixel${where} is infinite or not a number (NaN).`
    throw new CodedError('render.bad_output', message, { details: { frame, layer: notFinite.layer } })
  }
  if (notFinite !== null && notFinite.pixels > 0)
    return [`${notFinite.pixels} of ${notFinite.of} pixels${where} are NaN or infinite`]
  return transparent === true ? ['transparent'] : black === true ? ['black'] : []
}

export interface Delivery {
  rendered: RenderedFrame
  thumbnail: Thumbnail | undefined
  /** Of its task. */
  isLast: boolean
  facts?: (Partial<Pick<FinishedFrame, 'frame' | 'noise'>> & { keep?: boolean }) | undefined
}

/** Checks the file, brings it into storage and reports it. Throws `render.bad_output`. */
export async function deliver(
  context: Context,
  session: BlenderSession,
  { rendered, thumbnail, isLast, facts: { keep = false, ...own } = {} }: Delivery,
): Promise<void> {
  const { frame, path, sha256, seconds, engine, samples, device, colour, warnings } = rendered
  await checkFrame(rendered)
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
      warnings: [...warnings, ...(thumbnail?.warnings ?? [])],
      ...own,
    },
  }
  await deliverFrame(context.attempt, context.files, output, { isLast, keep })
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
