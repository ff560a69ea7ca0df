import { z } from 'zod'
import { role } from '../roles.ts'
import { id, timestamp } from './common.ts'
import { email, password, personName, slug } from './identity.ts'

export const tenant = z.object({ id, slug, name: z.string(), createdAt: timestamp })
export const createTenant = z.object({
  name: z.string().trim().min(1).max(120),
  slug,
  admin: z.object({ email, name: personName, password }),
})
export const member = z.object({ userId: id, email, name: z.string(), role, createdAt: timestamp })
export const createMember = z.object({ email, name: personName, password, role: role.exclude(['global_admin']) })
export const changeMember = z.object({ role: role.exclude(['global_admin']) })

export const project = z.object({ id, shortId: slug, name: z.string(), createdAt: timestamp })
export type Project = z.infer<typeof project>
export const createProject = z.object({ name: z.string().trim().min(1).max(120), shortId: slug })
