import { z } from 'zod'
import { timestamp } from './common.ts'

export const systemInfo = z.object({
  name: z.literal('backlot'),
  version: z.string(),
  time: timestamp,
  setupNeeded: z.boolean(),
})
export const readiness = z.object({
  ready: z.boolean(),
  checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string() })),
})
