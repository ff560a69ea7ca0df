import { createHash, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger } from '@backlot/base/node/logger'
import { type Client, createClient } from '@backlot/contract/client'
import type { Role } from '@backlot/contract/roles'
import type { Lease } from '@backlot/contract/schemas/farm'
import { createTestDatabase } from '@backlot/db/testing/test-database'
import { Broker } from '@backlot/hub/broker'
import { compose } from '@backlot/server/compose'
import { createHttpServer } from '@backlot/server/http/create-server'
import { password } from './test-access.ts'

/** The whole server as it is composed, on a database of its own, without limits on how often somebody asks. */
export interface TestInstallation {
  url: string
  client: (token?: string, headers?: Record<string, string>) => Client
  /** A tenant with somebody of every role, and one of each thing that has an id. */
  addTenant: (slug: string) => Promise<TestTenant>
  close: () => Promise<void>
}

export interface TestTenant {
  tenantId: string
  /** Tokens of sessions. Of global_admin: the same person everywhere. */
  tokens: Record<Role, string>
  userId: string
  /** A file, a tree, an upload, a job and a token that an artist made. */
  things: { sha256: string; treeId: string; uploadId: string; jobId: string; tokenId: string; projectId: string }
  worker: { workerId: string; join: string; credential: string; access: string; lease: Lease }
}

const hello = {
  name: 'worker',
  version: '0.1.0',
  platform: 'linux',
  slots: 1,
  tags: [],
  blenders: [{ version: '5.0.1', kind: 'executable' as const }],
  canInstall: false,
  probe: null,
  cpus: 2,
  memoryBytes: 1,
}

export async function createTestInstallation(): Promise<TestInstallation> {
  const test = await createTestDatabase()
  const dataFolder = await mkdtemp(join(tmpdir(), 'backlot-access-'))
  const logger = createLogger({ app: 'test', level: 'silent' })
  const composition = await compose({
    settings: {
      dataFolder,
      host: '127.0.0.1',
      port: 0,
      publicUrl: undefined,
      trustProxy: [],
      metricsToken: undefined,
      databaseUrl: undefined,
      webFolder: undefined,
      logLevel: 'silent',
      endWithParent: false,
    },
    logger,
    database: test.database,
    broker: new Broker(),
    publicUrl: () => 'http://backlot.test',
  })
  const http = createHttpServer({
    handlers: composition.handlers,
    verifyCaller: composition.verifyCaller,
    limitRate: () => {},
    logger,
    metrics: { observe: () => {} },
    checkResponses: true,
  })
  const url = await http.listen({ port: 0, host: '127.0.0.1' })
  const client = (token?: string, more: Record<string, string> = {}) =>
    createClient({ server: url, headers: () => ({ ...(token && { authorization: `Bearer ${token}` }), ...more }) })
  const person = { name: 'Ada', password }
  const setup = await client().setup({
    body: {
      ...person,
      token: await composition.createSetupToken(),
      email: 'root@example.org',
      tenant: { name: 'First', slug: 'first' },
    },
  })

  return {
    url,
    client,
    async addTenant(slug) {
      const email = (role: string) => `${role.replace('_', '-')}@${slug}.example.org`
      const signIn = async (role: Role) => (await client().signIn({ body: { email: email(role), password } })).token
      const { id: tenantId } = await client(setup.token).createTenant({
        body: { name: slug, slug, admin: { ...person, email: email('tenant_admin') } },
      })
      const admin = client(await signIn('tenant_admin'))
      for (const role of ['client', 'artist', 'project_manager'] as const)
        await admin.createMember({ body: { ...person, email: email(role), role } })
      const tokens = {
        client: await signIn('client'),
        artist: await signIn('artist'),
        project_manager: await signIn('project_manager'),
        tenant_admin: await signIn('tenant_admin'),
        global_admin: setup.token,
      }
      const artist = client(tokens.artist)
      const { user } = await artist.whoami({})
      const things = await addThings(artist)
      const { secret } = await admin.createToken({ body: { kind: 'worker_join', name: 'farm' } })
      const { workerId, credential } = await client().enrolWorker({ body: { joinToken: secret, hello } })
      const { token: access } = await client().workerToken({ body: { credential } })
      await client(access).workerHello({ body: hello })
      const { leases } = await client(access).lease({ body: { slots: 1 } })
      const worker = { workerId, join: secret, credential, access, lease: leases[0] as Lease }
      return { tenantId, tokens, userId: user.id, things, worker }
    },
    async close() {
      await http.close()
      await composition.close()
      await test.close()
      await rm(dataFolder, { recursive: true })
    },
  }
}

async function addThings(artist: Client): Promise<TestTenant['things']> {
  const content = Buffer.from(`a file ${randomUUID()}`)
  const sha256 = createHash('sha256').update(content).digest('hex')
  const size = Buffer.alloc(4)
  size.writeUInt32BE(content.length)
  await artist.putPack({ body: new Uint8Array(Buffer.concat([Buffer.from(sha256, 'hex'), size, content])) })
  const { treeId } = await artist.createTree({ body: { entries: [{ path: 'a.blend', sha256, size: content.length }] } })
  const { uploadId } = await artist.beginUpload({ body: { sha256: 'a'.repeat(64), size: 20_000_000 } })
  const { jobId } = await artist.submitJob({
    body: {
      version: 1,
      submissionId: randomUUID(),
      name: 'scene',
      treeId,
      frames: '1-9',
      fileVersion: 405,
      render: { blendPath: 'a.blend' },
    },
  })
  const { id: tokenId } = await artist.createToken({ body: { name: 'mine' } })
  const [project] = (await artist.listProjects({})).items
  return { sha256, treeId, uploadId, jobId, tokenId, projectId: project?.id ?? '' }
}
