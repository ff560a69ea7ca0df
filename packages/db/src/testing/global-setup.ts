import type { TestProject } from 'vitest/node'
import { startTestCluster } from './test-cluster.ts'

/** Starts one PostgreSQL for all integration tests of a run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { cluster, stop } = await startTestCluster()
  project.provide('testCluster', cluster)
  return stop
}
