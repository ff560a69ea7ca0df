import { CodedError } from '@backlot/base/errors'
import type { Handlers } from '@backlot/contract/handler'
import type { tenancyRoutes } from '@backlot/contract/routes/tenancy'
import { uniqueViolation } from '@backlot/db/errors'
import { actorOf } from './audit.ts'
import { foundTenant } from './found-tenant.ts'
import type { Account, TenancyPorts } from './ports.ts'
import { insertAudit } from './queries/insert-audit.ts'
import {
  changeRole,
  insertMembership,
  listMemberships,
  lockAdministrators,
  type MembershipRow,
} from './queries/memberships.ts'
import { insertProject, listProjects } from './queries/projects.ts'
import { listTenants } from './queries/tenants.ts'

export function tenancyHandlers({ database, clock, people, forgetUser }: TenancyPorts): Handlers<typeof tenancyRoutes> {
  return {
    listTenants: async () => ({ items: (await database.globalAdmin(listTenants)).map(withIsoDate) }),

    createTenant: async ({ body: { name, slug, admin } }, context) => {
      const now = clock()
      const tenant = await database.globalAdmin(async (tx) => {
        const made = await foundTenant(tx, { name, slug, now })
        const { id: userId } = await people().ensure(admin)
        await insertMembership(tx, { tenantId: made.id, userId, role: 'tenant_admin', now })
        const details = { slug, administrator: userId }
        await insertAudit(tx, { tenantId: made.id, at: now, action: 'tenant.created', details, ...actorOf(context) })
        forgetUser(userId)
        return made
      })
      return withIsoDate(tenant)
    },

    listMembers: async (_, { caller }) => {
      const rows = await database.inTenant(caller.tenantId, listMemberships)
      const accounts = await people().findByIds(rows.map(({ userId }) => userId))
      const byId = new Map(accounts.map((account) => [account.id, account]))
      const items = rows.flatMap((row) => {
        const account = byId.get(row.userId)
        return account ? [describeMember(row, account)] : []
      })
      return { items }
    },

    createMember: async ({ body: { role, ...person } }, context) => {
      const { tenantId } = context.caller
      const now = clock()
      const account = await people().ensure(person)
      const userId = account.id
      await database
        .inTenant(tenantId, async (tx) => {
          await insertMembership(tx, { tenantId, userId, role, now })
          const details = { userId, email: account.email, role }
          await insertAudit(tx, { tenantId, at: now, action: 'member.added', details, ...actorOf(context) })
        })
        .catch((cause: unknown) => {
          if (uniqueViolation(cause) !== 'memberships_unique') throw cause
          throw new CodedError('member.exists', `${account.email} already belongs to this tenant.`, { cause })
        })
      forgetUser(userId)
      return describeMember({ userId, role, createdAt: now }, account)
    },

    changeMember: async ({ params: { userId }, body: { role } }, context) => {
      const { tenantId } = context.caller
      const changed = await database.inTenant(tenantId, async (tx) => {
        const administrators = await lockAdministrators(tx)
        if (role !== 'tenant_admin' && administrators.length === 1 && administrators[0] === userId) {
          throw new CodedError('member.last_admin', 'This is the only administrator of the tenant.')
        }
        const row = await changeRole(tx, { userId, role })
        if (row === undefined) throw new CodedError('member.not_found', 'This person is not a member of the tenant.')
        const details = { userId, before: row.before, after: role }
        const entry = { tenantId, at: clock(), action: 'member.role_changed', details } as const
        await insertAudit(tx, { ...entry, ...actorOf(context) })
        return row
      })
      forgetUser(userId)
      const [account] = await people().findByIds([userId])
      if (account === undefined) throw new CodedError('member.not_found', 'The account of this person is gone.')
      return describeMember(changed, account)
    },

    listProjects: async (_, { caller }) => ({
      items: (await database.inTenant(caller.tenantId, listProjects)).map(withIsoDate),
    }),

    createProject: async ({ body: { name, shortId } }, context) => {
      const { tenantId } = context.caller
      const now = clock()
      const project = await database
        .inTenant(tenantId, async (tx) => {
          const made = await insertProject(tx, { tenantId, shortId, name, now })
          const details = { projectId: made.id, shortId, name }
          await insertAudit(tx, { tenantId, at: now, action: 'project.created', details, ...actorOf(context) })
          return made
        })
        .catch((cause: unknown) => {
          if (!uniqueViolation(cause)?.startsWith('projects_')) throw cause
          throw new CodedError('project.name_taken', 'A project with this name or short name exists.', { cause })
        })
      return withIsoDate(project)
    },
  }
}

function describeMember({ userId, role, createdAt }: MembershipRow, { email, name }: Account) {
  return { userId, email, name, role, createdAt: createdAt.toISOString() }
}

function withIsoDate<Row extends { createdAt: Date }>(row: Row): Omit<Row, 'createdAt'> & { createdAt: string } {
  return { ...row, createdAt: row.createdAt.toISOString() }
}
