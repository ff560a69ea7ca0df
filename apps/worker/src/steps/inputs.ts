import { basename, join } from 'node:path'
import type { ColourSettings } from '@backlot/blender/driver'
import type { Lease } from '@backlot/contract/schemas/farm'
import type { StepKind } from '@backlot/contract/steps/registry'
import type { StepContext } from './step.ts'

export interface Input {
  frame: number
  path: string
  samples: number | null
  colour: ColourSettings | undefined
}

/** Brings rendered frames to this machine, in the order in which they are given. */
export async function fetchInputs<Kind extends StepKind>(
  { attempt, files, folder }: StepContext<Kind>,
  inputs: Lease['inputs'],
): Promise<Input[]> {
  const inFolder = join(folder, 'inputs')
  // The number keeps equal names of different folders apart.
  const fileOf = ({ frame, name }: Lease['inputs'][number]) => `${frame}-${basename(name)}`
  const entries = inputs.map((input) => ({ path: fileOf(input), sha256: input.sha256, size: input.size }))
  attempt.progress({ message: 'Fetching the frames' })
  await files.bring(attempt.client, entries, inFolder, { signal: attempt.signal, onProgress: () => attempt.progress() })
  return inputs.map((input) => ({
    frame: input.frame,
    samples: input.samples,
    path: join(inFolder, fileOf(input)),
    colour: input.colour ?? undefined,
  }))
}
