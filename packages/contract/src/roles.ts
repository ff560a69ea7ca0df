import { z } from 'zod'

/** From the one who sees least to the one who sees all tenants (O13). */
export const roles = ['client', 'artist', 'project_manager', 'tenant_admin', 'global_admin'] as const
export const role = z.enum(roles)
export type Role = (typeof roles)[number]

/** What one may do, and the lowest role that may. Routes name a permission, never a role. */
export const permissions = {
  'tenants.manage': 'global_admin',
  'members.manage': 'tenant_admin',
  'tokens.manage_workers': 'tenant_admin',
  'workers.manage': 'tenant_admin',
  'jobs.manage_all': 'project_manager',
  'projects.manage': 'project_manager',
  'workers.view': 'artist',
  'jobs.submit': 'artist',
  'jobs.manage_own': 'artist',
  'files.upload': 'artist',
  'files.read': 'client',
  'jobs.view': 'client',
  'projects.view': 'client',
} as const satisfies Record<string, Role>
export type Permission = keyof typeof permissions

export function rankOf(of: Role): number {
  return roles.indexOf(of)
}

export function isAllowed(held: Role, permission: Permission): boolean {
  return rankOf(held) >= rankOf(permissions[permission])
}
