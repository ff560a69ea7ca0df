import { createLogger } from '@backlot/base/node/logger'
import type { Caller } from '@backlot/contract/handler'
import { type Client, createClient } from '@backlot/contract/client'
import { openDatabase } from '@backlot/db/database'
import type { DatabaseSettings } from '@backlot/db/settings'
import { type AnyHandlers, createHttpServer } from '@backlot/server/http/create-server'
import {
  createStorage,
  openFileSystemDriver,
  type Storage,
  type StoragePorts,
} from '../../modules/storage/src/index.ts'

export interface StorageServerOptions {
  settings: DatabaseSettings
  folder: string
  tenantId: string
  ports?: Partial<StoragePorts>
  keepFree?: number
  port?: number
}

export interface StorageServer {
  url: string
  storage: Storage
  /** Of the person `artist` in the tenant. */
  client: Client
  /** Of a worker that holds an attempt of this job. */
  attemptClient: (jobId: string) => Client
  /** Of somebody in another tenant. */
  clientIn: (tenantId: string) => Client
  stop: () => Promise<void>
}

/** The real module behind the real HTTP layer; only sign-in is short: a header says who calls. */
export async function startStorageServer(options: StorageServerOptions): Promise<StorageServer> {
  const { settings, folder, tenantId, ports = {}, keepFree = 0, port = 0 } = options
  const database = openDatabase(settings)
  const driver = await openFileSystemDriver(folder, { keepFree })
  const storage = createStorage({
    database,
    driver,
    ports: {
      treesOfJob: async () => [],
      outputsOfJob: async () => [],
      liveFiles: async () => ({ treeIds: [], blobs: [] }),
      ...ports,
    },
  })
  const handlers = {
    ...storage.routes,
    info: async () => ({
      name: 'backlot',
      version: '0.0.0',
      time: new Date().toISOString(),
      setupNeeded: false,
    }),
  } as unknown as AnyHandlers
  const http = createHttpServer({
    // The routes of other modules are not served here.
    handlers: new Proxy(handlers, { get: (own, id: string) => own[id] ?? (async () => Promise.reject(new Error(id))) }),
    verifyCaller: async (headers) => JSON.parse(headers['x-caller'] ?? '{"kind":"anonymous"}') as Caller,
    limitRate: () => {},
    logger: createLogger({ app: 'test', level: 'silent' }),
    metrics: { observe: () => {} },
    checkResponses: true,
  })
  const url = await http.listen({ port, host: '127.0.0.1' })
  const clientOf = (caller: Caller) =>
    createClient({ server: url, headers: () => ({ 'x-caller': JSON.stringify(caller) }) })
  return {
    url,
    storage,
    client: clientOf(personIn(tenantId)),
    attemptClient: (jobId) => clientOf({ kind: 'attempt', workerId: 'w', attemptId: 'a', fence: 1, jobId, tenantId }),
    clientIn: (other) => clientOf(personIn(other)),
    async stop() {
      await http.close()
      await driver.close()
      await database.close()
    },
  }
}

export function personIn(tenantId: string): Caller {
  return {
    kind: 'person',
    userId: '00000000-0000-7000-8000-000000000001',
    name: 'Artist',
    email: 'artist@example.org',
    tenantId,
    role: 'artist',
    via: 'session',
    tokenId: 't',
  }
}
