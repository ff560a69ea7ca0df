import { basename, join } from 'node:path'
import type { Lease } from '@backlot/contract/schemas/farm'
import type { StepKind } from '@backlot/contract/steps/registry'
import type { StepContext } from './step.ts'

/** Brings rendered frames to this machine, in the order in which they are given. */
export async function fetchInputs<Kind extends StepKind>(
  { attempt, files, folder }: StepContext<Kind>,
  inputs: Lease['inputs'],
): Promise<{ frame: number; path: string }[]> {
  const inFolder = join(folder, 'inputs')
  // The number keeps equal names of different folders apart.
  const entries = inputs.map(({ frame, name, ...blob }) => ({ ...blob, path: `${frame}-${basename(name)}` }))
  attempt.progress({ message: 'Fetching the frames' })
  await files.bring(attempt.client, entries, inFolder, { signal: attempt.signal, onProgress: () => attempt.progress() })
  return inputs.map(({ frame, name }) => ({ frame, path: join(inFolder, `${frame}-${basename(name)}`) }))
}
