import { randomUUID } from 'node:crypto'
import type { Person, RequestContext } from '@backlot/contract/handler'
import type { Role } from '@backlot/contract/roles'
import type { TestDatabase } from '@backlot/db/testing/cluster-database'

export interface Tenant {
  tenantId: string
  projectId: string
  person(role?: Role): Person
}

export async function addTenant({ admin }: Pick<TestDatabase, 'admin'>): Promise<Tenant> {
  const tenantId = randomUUID()
  const projectId = randomUUID()
  await admin('insert into backlot.tenants values ($1, $2, $2, now())', [tenantId, tenantId])
  await admin(`insert into backlot.projects values ($1, $2, 'p', 'Project', now())`, [projectId, tenantId])
  return {
    tenantId,
    projectId,
    person: (role = 'artist') => {
      const userId = randomUUID()
      const email = `${userId}@backlot.test`
      return { kind: 'person', userId, name: 'Ada', email, tenantId, role, via: 'session', tokenId: userId }
    },
  }
}

/** A request as a handler gets it. */
export function by<C extends RequestContext['caller']>(caller: C): RequestContext<C> {
  return { caller } as RequestContext<C>
}
