import { rm } from 'node:fs/promises'
import { CodedError } from '@backlot/base/errors'
import type { FinishedFrame } from '@backlot/contract/schemas/farm'
import type { Attempt } from '../attempt.ts'
import type { Files } from '../files.ts'
import { persist } from '../server/patience.ts'

export interface FrameOutput {
  path: string
  /** As it was when Blender had written it. */
  sha256: string
  thumbnail: string | null
  facts: Omit<FinishedFrame, 'attemptId' | 'fence' | 'sha256' | 'size' | 'thumbnail'>
}

export interface OtherOutput {
  path: string
  kind: 'video' | 'contact_sheet'
  name: string
}

/**
 * Brings a frame into storage and reports it; the local files go. Waits for a server that is away. `isLast`: of its task;
 * it is reported with the end, which saves a call for each task. `keep`: the local files stay as long as the attempt.
 */
export async function deliverFrame(
  attempt: Attempt,
  files: Files,
  output: FrameOutput,
  { isLast, keep = false }: { isLast: boolean; keep?: boolean },
): Promise<void> {
  const paths = output.thumbnail === null ? [output.path] : [output.path, output.thumbnail]
  const [blob, thumbnail] = await files.send(attempt.client, paths, attempt.signal)
  if (blob === undefined || blob.sha256 !== output.sha256)
    throw new CodedError('render.bad_output', 'The rendered file changed before it was sent.', {
      details: { path: output.path },
    })
  const frame = { ...output.facts, ...blob, thumbnail: thumbnail?.sha256 ?? null }
  const body = { ...attempt.held, ...frame }
  if (isLast) attempt.keepForEnd(frame)
  else await report(attempt, () => attempt.client.frameDone({ body }, { signal: attempt.signal }))
  if (!keep) await Promise.all(paths.map((path) => rm(path, { force: true })))
}

export async function deliverOther(attempt: Attempt, files: Files, { path, kind, name }: OtherOutput): Promise<void> {
  const [blob] = await files.send(attempt.client, [path], attempt.signal)
  if (blob === undefined) throw new CodedError('render.bad_output', `${name} is not there.`)
  const body = { ...attempt.held, kind, name, ...blob }
  await report(attempt, () => attempt.client.outputDone({ body }, { signal: attempt.signal }))
}

/** A stale attempt is ended at once: whatever else it renders is not wanted. */
async function report(attempt: Attempt, call: () => Promise<void>): Promise<void> {
  try {
    await persist(call, { signal: attempt.signal })
  } catch (error) {
    if ((error as { code?: unknown }).code === 'farm.stale_attempt') attempt.end('dropped')
    throw error
  }
}
