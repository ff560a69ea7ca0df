import { z } from 'zod'
import { id, timestamp } from './schemas/common.ts'
import { jobStates, stepStates } from './states.ts'
import { stepKind } from './steps/registry.ts'

export const jobDocumentVersion = 1

export const jobStep = z.object({
  name: stepKind,
  status: z.enum(stepStates),
  started_at: timestamp.nullable(),
  completed_at: timestamp.nullable(),
  /** Wall clock from first lease to last result. Seconds. */
  duration_s: z.number().nullable(),
  /** What the step made or found; of `render_frames` also engine, device and samples as they were used. */
  output: z.record(z.string(), z.unknown()),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
})
export type JobStep = z.infer<typeof jobStep>

/** The truth of a job's state machine (O2), one JSONB per job, changed in the transaction that changes the tables. */
export const jobDocument = z.object({
  version: z.literal(jobDocumentVersion),
  job_id: id,
  created_at: timestamp,
  state: z.enum(jobStates),
  steps: z.array(jobStep),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  result: z
    .object({
      frames: z.int(),
      duration_s: z.number().nullable(),
      engine: z.string().nullable(),
      device: z.string().nullable(),
      blender: z.string().nullable(),
    })
    .nullable(),
})
export type JobDocument = z.infer<typeof jobDocument>
