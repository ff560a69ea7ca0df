import type { Database } from '@backlot/db/database'
import type { StorageDriver } from './driver.ts'
import type { StoragePorts } from './ports.ts'
import type { TreeMembers } from './tree-members.ts'

/** What the parts of this module work with. */
export interface StorageDeps {
  database: Database
  driver: StorageDriver
  ports: StoragePorts
  members: TreeMembers
  now: () => Date
}

/** Key of an object: every tenant's are in a folder of their own. */
export function objectKey(tenantId: string, objectId: string): string {
  return `${tenantId}/${objectId}`
}
