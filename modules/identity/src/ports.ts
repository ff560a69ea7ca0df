import type { Logger } from '@backlot/base/node/logger'
import type { Database } from '@backlot/db/database'
import type { Membership } from './membership.ts'
import type { Secrets } from './secrets.ts'

/** What a person may do where. */
export interface Rights {
  isGlobalAdmin: boolean
  /** Oldest first: the first one is the default. */
  memberships: readonly Membership[]
}

/** What identity needs to know of tenants. */
export interface TenantDirectory {
  rightsOf(userId: string): Promise<Rights>
  /** Any tenant, for a global administrator. */
  findTenant(tenantId: string): Promise<Omit<Membership, 'role'> | undefined>
  hasGlobalAdmin(): Promise<boolean>
  /**
   * Makes this person the global administrator of an installation that has none, with a first tenant. Throws
   * `auth.setup_closed` when there is one already.
   */
  createFirstTenant(input: FirstTenant): Promise<void>
  /** Writes down that a global administrator works in a tenant without being a member. */
  recordCrossing(crossing: Crossing): Promise<void>
}

export interface FirstTenant {
  tenant: { name: string; slug: string }
  administrator: { userId: string; name: string }
  address: string
  requestId: string
}

export interface Crossing {
  tenantId: string
  userId: string
  name: string
  address: string
  requestId: string
}

/** What identity needs to know of attempts: that one is alive, with exactly this fencing token. */
export type FindAttempt = (
  attemptId: string,
  fence: number,
) => Promise<{ workerId: string; jobId: string; tenantId: string } | undefined>

export interface IdentityPorts {
  database: Database
  log: Logger
  clock: () => Date
  secrets: Secrets
  /** Where people reach the web page, such as `https://backlot.example.org`: read at every use. */
  publicUrl: () => string
  /** A function, because identity and tenancy each need the other. */
  tenants: () => TenantDirectory
  findAttempt: FindAttempt
}
