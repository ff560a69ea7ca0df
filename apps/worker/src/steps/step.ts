import type { BlenderSession } from '@backlot/blender/driver'
import type { StepKind, stepRegistry } from '@backlot/contract/steps/registry'
import type { z } from 'zod'
import type { Attempt } from '../attempt.ts'
import type { Files } from '../files.ts'
import type { Outbox } from '../outbox/outbox.ts'

/** The kinds of steps that run on a worker. */
export type WorkerStepKind = {
  [Kind in StepKind]: (typeof stepRegistry)[Kind]['executor'] extends 'worker' ? Kind : never
}[StepKind]
/** Steps that open the job's scene. */
export type RenderStepKind = 'render_frames' | 'render_samples' | 'merge_samples'

export type ParametersOf<Kind extends StepKind> = z.output<(typeof stepRegistry)[Kind]['parameters']>

export interface BlenderWish {
  /** A process for this task alone (F23). */
  clean: boolean
  /** The step opens the job's scene, so the version has to fit it. Otherwise any Blender will do. */
  opensScene: boolean
}

/** What a step works with. Every promise it waits for ends with the attempt's signal. */
export interface StepContext<Kind extends StepKind> {
  attempt: Attempt
  parameters: ParametersOf<Kind>
  /** Of this attempt alone, empty at first, removed behind it. */
  folder: string
  /** The job's files, laid out. Tasks of one job that follow each other on a slot share the folder. */
  tree: (archive?: string) => Promise<string>
  blender: (wish: BlenderWish) => Promise<BlenderSession>
  files: Files
  outbox: Outbox
  /** This machine's graphics device did not render when it was tried. */
  gpuIsBroken: boolean
  /** Throws `render.disk_full` when there is no room for more output, also when the cache is gone. */
  needSpace: () => Promise<void>
  /** Blender is probably done in so long: the next lease may come. Milliseconds; 0: it is done. */
  freeIn: (milliseconds: number) => void
  /** How long the latest frame of this job took here. Milliseconds; undefined before the first one. */
  frameTime: { read: () => number | undefined; write: (milliseconds: number) => void }
}

/** Does the work of one kind of step. It is over when Blender is free; outputs may still be in the outbox. */
export type Step<Kind extends StepKind> = (context: StepContext<Kind>) => Promise<void>
