import { z } from 'zod'
import { role } from '../roles.ts'
import { id, timestamp } from './common.ts'

export const email = z.email().max(254)
/** Length is what makes a password strong (OWASP): 12 to 256 characters, whatever they are. */
export const password = z.string().min(12).max(256)
export const personName = z.string().trim().min(1).max(120)
export const slug = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'lower-case letters, digits and -, at most 40')

export const user = z.object({ id, email, name: z.string() })
export const membership = z.object({ tenantId: id, slug, name: z.string(), role })
export const session = z.object({ token: z.string(), expiresAt: timestamp, user, tenants: z.array(membership) })
export type Session = z.infer<typeof session>

export const whoami = z.object({
  user,
  /** What kind of token made this request. */
  via: z.enum(['session', 'personal_token']),
  tenant: membership,
  tenants: z.array(membership),
})
export type Whoami = z.infer<typeof whoami>

export const setupRequest = z.object({
  token: z.string().min(1).max(200),
  email,
  name: personName,
  password,
  tenant: z.object({ name: z.string().trim().min(1).max(120), slug }).default({ name: 'Studio', slug: 'studio' }),
})
export const signInRequest = z.object({ email, password: z.string().max(256) })

/** RFC 8628. Durations in seconds. */
export const deviceStart = z.object({
  deviceCode: z.string(),
  userCode: z.string(),
  verificationUri: z.url(),
  verificationUriComplete: z.url(),
  expiresIn: z.int(),
  interval: z.int(),
})
export type DeviceStart = z.infer<typeof deviceStart>
export const deviceRequest = z.object({ userCode: z.string(), clientName: z.string(), expiresAt: timestamp })

export const tokenKind = z.enum(['personal', 'worker_join'])
export const tokenInfo = z.object({
  id,
  kind: tokenKind,
  name: z.string(),
  createdAt: timestamp,
  expiresAt: timestamp.optional(),
  lastUsedAt: timestamp.optional(),
})
export type TokenInfo = z.infer<typeof tokenInfo>
export const createToken = z.object({
  kind: tokenKind.default('personal'),
  name: z.string().trim().min(1).max(120),
  expiresInDays: z.int().min(1).max(3650).optional(),
})
/** The secret is shown once: only its hash is kept. */
export const createdToken = tokenInfo.extend({ secret: z.string() })
