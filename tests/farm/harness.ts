import { afterAll, beforeAll, beforeEach } from 'vitest'
import type { TopicId } from '@backlot/contract/hub-topics'
import { createTestDatabase, type TestDatabase } from '@backlot/db/testing/test-database'
import { createServer, type Server } from '../src/farm/server.ts'
import { addTenant, type Tenant } from '../src/farm/tenant.ts'

export { missingBlob } from '../src/farm/blobs.ts'
export { aSubmission, Job } from '../src/farm/job.ts'
export type { Server } from '../src/farm/server.ts'
export { by, type Tenant } from '../src/farm/tenant.ts'
export { Worker } from '../src/farm/worker.ts'

/** Farm and pipeline on a real database, with a clock that stands still until a test moves it. */
export interface Installation {
  db: TestDatabase
  clock: { now: Date; advance(seconds: number): void }
  published: { topic: TopicId; payload: unknown }[]
  /** More than one: several servers on one database. */
  servers: Server[]
  server: Server
  addServer(): Server
  addTenant(): Promise<Tenant>
  close(): Promise<void>
}

export async function install(): Promise<Installation> {
  const db = await createTestDatabase()
  const published: Installation['published'] = []
  const clock = {
    now: new Date('2026-01-01T00:00:00Z'),
    advance: (seconds: number) => void (clock.now = new Date(clock.now.getTime() + seconds * 1000)),
  }
  const servers: Server[] = []
  const addServer = () => {
    const server = createServer(db.database, {
      clock: () => clock.now,
      publish: (topic, payload) => published.push({ topic, payload }),
    })
    servers.push(server)
    return server
  }
  return {
    db,
    clock,
    published,
    servers,
    server: addServer(),
    addServer,
    addTenant: () => addTenant(db),
    async close() {
      for (const server of servers) await server.close()
      await db.close()
    },
  }
}

/** An installation for the tests of a file, with a tenant of its own for each of them. */
export function useInstallation(): { installation: Installation; server: Server; tenant: Tenant } {
  const own = {} as { installation: Installation; server: Server; tenant: Tenant }
  beforeAll(async () => {
    own.installation = await install()
    own.server = own.installation.server
  })
  beforeEach(async () => void (own.tenant = await own.installation.addTenant()))
  afterAll(() => own.installation.close())
  return own
}
