import { CodedError } from '@backlot/base/errors'
import { foundTenant } from './found-tenant.ts'
import type { TenancyPorts } from './ports.ts'
import { hasGlobalAdmin, insertFirstGlobalAdmin } from './queries/global-admins.ts'
import { insertAudit } from './queries/insert-audit.ts'
import { insertMembership, rightsOf, type RightsRow } from './queries/memberships.ts'
import { findTenant } from './queries/tenants.ts'

export interface Directory {
  rightsOf(userId: string): Promise<RightsRow>
  findTenant(tenantId: string): Promise<{ tenantId: string; slug: string; name: string } | undefined>
  hasGlobalAdmin(): Promise<boolean>
  createFirstTenant(input: {
    tenant: { name: string; slug: string }
    administrator: { userId: string; name: string }
    address: string
    requestId: string
  }): Promise<void>
  recordCrossing(input: {
    tenantId: string
    userId: string
    name: string
    address: string
    requestId: string
  }): Promise<void>
}

/** What identity asks of tenants, over all of them: it runs before a request has one. */
export function createDirectory({ database, clock }: TenancyPorts): Directory {
  return {
    rightsOf: (userId) => database.background((tx) => rightsOf(tx, userId)),
    hasGlobalAdmin: () => database.background(hasGlobalAdmin),

    async findTenant(tenantId) {
      const found = await database.background((tx) => findTenant(tx, tenantId))
      return found && { tenantId: found.id, slug: found.slug, name: found.name }
    },

    async createFirstTenant({
      tenant: { name, slug },
      administrator: { userId, name: actorName },
      address,
      requestId,
    }) {
      const now = clock()
      await database.background(async (tx) => {
        if (!(await insertFirstGlobalAdmin(tx, { userId, now }))) {
          throw new CodedError('auth.setup_closed', 'This installation already has an administrator.')
        }
        const { id: tenantId } = await foundTenant(tx, { name, slug, now })
        await insertMembership(tx, { tenantId, userId, role: 'tenant_admin', now })
        const action = 'installation.set_up'
        await insertAudit(tx, {
          tenantId,
          at: now,
          actorId: userId,
          actorName,
          action,
          details: {},
          address,
          requestId,
        })
      })
    },

    async recordCrossing({ tenantId, userId, name, address, requestId }) {
      const action = 'tenant.entered_by_global_admin'
      const entry = {
        tenantId,
        at: clock(),
        actorId: userId,
        actorName: name,
        action,
        details: {},
        address,
        requestId,
      } as const
      await database.globalAdmin((tx) => insertAudit(tx, entry))
    },
  }
}
