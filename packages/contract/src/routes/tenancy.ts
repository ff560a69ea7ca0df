import { z } from 'zod'
import { route } from '../route.ts'
import { id } from '../schemas/common.ts'
import { changeMember, createMember, createProject, createTenant, member, project, tenant } from '../schemas/tenancy.ts'

export const tenancyRoutes = {
  listTenants: route({
    method: 'GET',
    path: '/tenants',
    summary: 'All tenants of the installation.',
    access: { permission: 'tenants.manage' },
    response: z.object({ items: z.array(tenant) }),
  }),
  createTenant: route({
    method: 'POST',
    path: '/tenants',
    summary: 'Create a tenant with its first administrator.',
    access: { permission: 'tenants.manage' },
    body: createTenant,
    response: tenant,
    errors: ['tenant.slug_taken', 'auth.weak_password'],
  }),
  listMembers: route({
    method: 'GET',
    path: '/members',
    summary: 'The people of this tenant.',
    access: { permission: 'members.manage' },
    response: z.object({ items: z.array(member) }),
  }),
  createMember: route({
    method: 'POST',
    path: '/members',
    summary: 'Add a person to this tenant.',
    access: { permission: 'members.manage' },
    body: createMember,
    response: member,
    errors: ['member.exists', 'auth.weak_password'],
  }),
  changeMember: route({
    method: 'PATCH',
    path: '/members/{userId}',
    summary: "Change a person's role in this tenant.",
    access: { permission: 'members.manage' },
    params: z.object({ userId: id }),
    body: changeMember,
    response: member,
    errors: ['member.not_found', 'member.last_admin'],
  }),
  listProjects: route({
    method: 'GET',
    path: '/projects',
    summary: 'The projects of this tenant, oldest first.',
    access: { permission: 'projects.view' },
    response: z.object({ items: z.array(project) }),
  }),
  createProject: route({
    method: 'POST',
    path: '/projects',
    summary: 'Create a project.',
    access: { permission: 'projects.manage' },
    body: createProject,
    response: project,
    errors: ['project.name_taken'],
  }),
}
