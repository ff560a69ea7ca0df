import type { Coalesce } from '@backlot/base/coalescer'
import type { TopicId } from '@backlot/contract/hub-topics'
import type { Database } from '@backlot/db/database'
import { createFarm, type Farm } from '@backlot/farm'
import { createPipeline, type Pipeline } from '@backlot/pipeline'
import { sql } from 'kysely'
import { pino } from 'pino'
import { missingBlob } from './blobs.ts'

export interface Server {
  farm: Farm
  pipeline: Pipeline
  close(): Promise<void>
}

interface ServerOptions {
  clock: () => Date
  publish: (topic: TopicId, payload: unknown) => void
  /** Instead of timers. */
  coalesce?: Coalesce
}

/** Farm and pipeline as a server wires them, without HTTP. */
export function createServer(database: Database, { clock, publish, coalesce }: ServerOptions): Server {
  const shared = {
    database,
    clock,
    log: pino({ level: 'silent' }),
    ...(coalesce && { coalesce }),
    publish: (_audience: unknown, topic: TopicId, _params: unknown, payload: unknown) => publish(topic, payload),
  }
  const farm: Farm = createFarm({
    ...shared,
    // Tokens are identity's and tested there: here a join token is the tenant's id, a credential the worker's.
    identity: {
      exchangeJoinToken: (token) => Promise.resolve({ tenantId: token === 'all' ? null : token }),
      issueWorkerCredential: (workerId) => Promise.resolve(workerId),
      verifyCredential: (workerId) => Promise.resolve({ workerId }),
      revokeWorker: () => Promise.resolve(),
      issueAccessToken: (workerId) => Promise.resolve({ token: workerId, expiresAt: clock().toISOString() }),
    },
    missingBlobs: (_tenantId, hashes) => Promise.resolve(hashes.filter((hash) => hash === missingBlob)),
    workflow: () => pipeline.workflow,
  })
  const pipeline: Pipeline = createPipeline({
    ...shared,
    farm: farm.work,
    jobUrl: (jobId) => `http://backlot.test/jobs/${jobId}`,
    readFile: () => Promise.reject(new Error('There are no files here.')),
    treeExists: (_tenantId, treeId) => Promise.resolve(treeId !== missingBlob),
    async resolveProject(tenantId, projectId) {
      if (projectId !== undefined) return projectId
      return database.background(async (tx) => {
        const { rows } = await sql<{
          id: string
        }>`select id from backlot.projects where tenant_id = ${tenantId}`.execute(tx)
        return (rows[0] as { id: string }).id
      })
    },
  })
  return {
    farm,
    pipeline,
    async close() {
      await pipeline.close()
      await farm.close()
    },
  }
}
