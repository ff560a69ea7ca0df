import { z } from 'zod'
import { id } from './common.ts'

/**
 * What a limit is of. **tenant**: all that it runs · **pool**: a named part of the farm that jobs are submitted to ·
 * **licence**: tokens of that name, one for each running task of a job that needs it · **project**, **person**: only how
 * much of the farm they get beside others.
 */
export const limitKinds = ['tenant', 'project', 'person', 'pool', 'licence'] as const
export type LimitKind = (typeof limitKinds)[number]

/** Of a pool or a licence. */
export const limitName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'letters, digits, ".", "_" and "-"')

const count = z.int().min(0).max(1_000_000)
/** Tasks at once; null: no limit. */
const most = count.nullable().default(null)
/** Twice the weight, twice the tasks. */
const weight = z.number().min(0.01).max(1000).default(1)

export const tenantLimit = z.object({ most, weight })
export const limitChange = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('pool'), name: limitName, most, least: count.default(0) }),
    z.object({ kind: z.literal('licence'), name: limitName, most: count }),
    z.object({ kind: z.literal('project'), name: id, weight }),
    z.object({ kind: z.literal('person'), name: id, weight }),
  ])
  .refine((limit) => limit.kind !== 'pool' || limit.most === null || limit.least <= limit.most, {
    message: 'least is more than most',
  })
export type LimitChange = z.infer<typeof limitChange>

export const limit = z.object({
  kind: z.enum(limitKinds),
  /** Empty for the tenant. */
  name: z.string(),
  most: z.int().nullable(),
  least: z.int(),
  weight: z.number(),
  /** Tasks that run now; of a licence, tokens in use. */
  running: z.int(),
})
export type Limit = z.infer<typeof limit>
