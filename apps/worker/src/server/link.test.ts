import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { WorkerHello } from '@backlot/contract/schemas/farm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FarmServer } from '../testing/farm-server.ts'
import { openLink } from './link.ts'

const hello: WorkerHello = {
  name: 'w',
  version: '0.1.0',
  platform: 'linux',
  slots: 1,
  tags: [],
  blenders: [],
  canInstall: false,
  probe: null,
  cpus: 2,
  memoryBytes: 1,
}
let folder: string
let server: FarmServer
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backlot-link-'))
  server = await new FarmServer().listen()
})
afterEach(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

const quick = { first: 5, longest: 20 }
const open = (joinToken: string | undefined = 'bkw_test') =>
  openLink({ server: server.url, joinToken, path: join(folder, 'credential.json'), hello }, hello, quick)
const ids = () => server.calls.map(({ id }) => id)

describe('coming online', () => {
  it('enrols once, keeps the credential for its owner alone, and never the join token', async () => {
    await open()
    const path = join(folder, 'credential.json')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readFile(path, 'utf8')).not.toContain('bkw_test')
    expect(ids()).toEqual(['enrolWorker', 'workerToken', 'goOffline', 'workerHello'])
    server.calls.length = 0
    await openLink({ server: server.url, joinToken: undefined, path, hello }, hello, quick)
    expect(ids()).toEqual(['workerToken', 'goOffline', 'workerHello'])
  })

  it('exchanges a credential that is a month old, and goes on with the new one', async () => {
    const path = join(folder, 'credential.json')
    const { renewCredential } = await open()
    const first = JSON.parse(await readFile(path, 'utf8')) as { credential: string; issuedAt: string }
    await renewCredential()
    expect(server.count('rotateCredential')).toBe(0)

    const monthAgo = new Date(Date.now() - 31 * 86_400_000).toISOString()
    await writeFile(path, JSON.stringify({ ...first, issuedAt: monthAgo }))
    const link = await open(undefined)
    await link.renewCredential()
    await link.renewCredential()
    expect(server.count('rotateCredential')).toBe(1)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(server.credentials).toHaveLength(2) // the old one is good until the new one was used
    server.token = 'access-2'
    await link.client.lease({ body: { slots: 1 } })
    expect(server.credentials).toEqual([(JSON.parse(await readFile(path, 'utf8')) as typeof first).credential])
  })

  it('says what is missing without credential and token', async () => {
    await expect(
      openLink({ server: server.url, joinToken: undefined, path: join(folder, 'none'), hello }, hello, quick),
    ).rejects.toMatchObject({ code: 'auth.worker_token_invalid' })
  })

  it('enrols anew when the server does not know its credential any more', async () => {
    await open()
    let refused = 0
    server.fault = (id) => (id === 'workerToken' && refused++ === 0 ? 'auth.worker_token_invalid' : undefined)
    server.calls.length = 0
    await open()
    expect(ids()).toEqual(['workerToken', 'enrolWorker', 'workerToken', 'goOffline', 'workerHello'])
  })

  it('waits for a server that is not there yet', async () => {
    await server.stop()
    const link = open()
    await new Promise((resolve) => setTimeout(resolve, 50))
    await server.listen()
    await expect(link).resolves.toBeDefined()
  })

  it('shares one token among many requests, and gets a new one when it is refused', async () => {
    const { client } = await open()
    server.token = 'access-2'
    server.calls.length = 0
    await Promise.all(Array.from({ length: 8 }, () => client.lease({ body: { slots: 1 } })))
    expect(ids().filter((id) => id === 'workerToken')).toHaveLength(1)
  })

  it('names the attempt in its requests', async () => {
    const { clientFor } = await open()
    const attemptId = crypto.randomUUID()
    await clientFor({ attemptId, fence: 7 }).missingBlobs({ body: { blobs: [] } })
    expect(server.calls.at(-1)?.attempt).toBe(`${attemptId}.7`)
  })
})
