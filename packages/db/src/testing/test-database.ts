import { inject } from 'vitest'
import { createClusterDatabase, type TestDatabase } from './cluster-database.ts'

export type { TestDatabase } from './cluster-database.ts'

/** A migrated database of its own, cloned from the template. For tests of the project `integration`. */
export function createTestDatabase(): Promise<TestDatabase> {
  return createClusterDatabase(inject('testCluster'))
}
