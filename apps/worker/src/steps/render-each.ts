import type { BlenderSession, Progress, RenderedFrame, RequestOptions } from '@backlot/blender/driver'
import { deliver, type Delivery, type Thumbnail } from './frame-output.ts'
import type { RenderStepKind, StepContext } from './step.ts'

/**
 * The next lease may come so long before a task is probably done, with the answer to another attempt that ends by then.
 * Milliseconds. With tasks of 0.3 to 1.2 s it mostly does; a lease for the next 250 ms is asked for at once.
 */
const lookAhead = 1000

export interface Shots {
  /** `frame 7`, `samples 16 to 31`. */
  name: (place: number) => string
  render: (place: number, options: RequestOptions) => Promise<RenderedFrame>
  thumbnail: (place: number, rendered: RenderedFrame) => Promise<Thumbnail | undefined>
  /** What differs from a frame in what is reported. */
  facts?: (place: number) => Delivery['facts']
}

/**
 * Renders the places of the lease, in order, in one Blender. Each file is checked and travels while the next one
 * renders; one that fails ends the task, those before it count.
 */
export async function renderEach(
  context: StepContext<RenderStepKind>,
  session: BlenderSession,
  shots: Shots,
): Promise<void> {
  const { attempt, parameters, outbox } = context
  const { frames: places } = attempt.lease
  for (const [index, place] of places.entries()) {
    if (outbox.isFull) attempt.progress({ message: 'Waiting for uploads' })
    await outbox.room(attempt.signal)
    await context.needSpace()
    const name = shots.name(place)
    const frame = attempt.lease.step === 'render_samples' ? null : place
    attempt.progress({ frame, fraction: 0, message: `Rendering ${name}` })
    const isLast = index === places.length - 1
    using _ = isLast ? askAhead(context) : undefined
    const started = performance.now()
    const rendered = await shots.render(place, {
      signal: attempt.signal,
      onProgress: (progress) => tellProgress(context, progress),
    })
    if (isLast) context.freeIn(0)
    for (const warning of rendered.warnings) attempt.log.write(warning, 'warning')
    const { fallback } = rendered.device
    if (index === 0 && fallback !== null) attempt.log.write(`The CPU renders: ${fallback}`, 'warning')
    const title = name.charAt(0).toUpperCase() + name.slice(1)
    attempt.progress({ fraction: 1, message: `${title} rendered` })
    attempt.log.write(`${title} took ${rendered.seconds.toFixed(2)} s.`)
    const thumbnail = await shots.thumbnail(place, rendered)
    context.frameTime.write(performance.now() - started)
    attempt.settle()
    const facts = shots.facts?.(place)
    const delivered = outbox.add(attempt, () => deliver(context, session, { rendered, thumbnail, isLast, facts }))
    if (!parameters.uploadWhileRendering) await delivered
  }
}

/** Says when the frame is nearly done, if it takes as long as the one before. */
function askAhead({ frameTime, freeIn }: StepContext<RenderStepKind>): Disposable | undefined {
  const expected = frameTime.read()
  if (expected === undefined) return undefined
  const ahead = Math.min(expected, lookAhead)
  const timer = setTimeout(() => freeIn(ahead), expected - ahead)
  return { [Symbol.dispose]: () => clearTimeout(timer) }
}

function tellProgress({ attempt }: StepContext<RenderStepKind>, { fraction, text }: Progress): void {
  attempt.progress({ ...(fraction === undefined ? {} : { fraction }), ...(text === '' ? {} : { message: text }) })
}
