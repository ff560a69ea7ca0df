import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestAccess, password, type TestAccess } from './test-access.ts'

let access: TestAccess
let admin: string
let artist: string
beforeAll(async () => {
  access = await createTestAccess()
  admin = await access.setUp()
  const email = 'arthur@example.org'
  await access.client(admin).createMember({ body: { email, name: 'Arthur', password, role: 'artist' } })
  artist = (await access.client().signIn({ body: { email, password } })).token
})
afterAll(() => access.close())

const code = (expected: string) => expect.objectContaining({ code: expected })
const token = (secret: string) => access.client(secret)

describe('personal access tokens', () => {
  it('act as their person in their tenant until they are revoked', async () => {
    const { id, secret } = await token(artist).createToken({ body: { name: 'nightly' } })
    expect(secret).toMatch(/^bkp_/)
    expect(await token(secret).whoami({})).toMatchObject({
      via: 'personal_token',
      user: { name: 'Arthur' },
      tenant: { role: 'artist' },
    })
    expect((await token(artist).listTokens({})).items).toMatchObject([
      { id, name: 'nightly', lastUsedAt: expect.any(String) },
    ])
    await token(artist).revokeToken({ params: { tokenId: id } })
    await expect(token(secret).whoami({})).rejects.toEqual(code('auth.invalid_token'))
  })

  it('expire', async () => {
    const { secret } = await token(artist).createToken({ body: { name: 'short', expiresInDays: 1 } })
    await token(secret).whoami({})
    access.pass(86_401)
    await expect(token(secret).whoami({})).rejects.toEqual(code('auth.expired_token'))
  })

  it('are no sessions: they can not be refreshed, signed out, or make others of their kind', async () => {
    const { secret } = await token(artist).createToken({ body: { name: 'script' } })
    await expect(token(secret).refresh({})).rejects.toEqual(code('auth.forbidden'))
    await expect(token(secret).signOut({})).rejects.toEqual(code('auth.forbidden'))
    await expect(token(secret).createToken({ body: { name: 'heir' } })).rejects.toEqual(code('auth.forbidden'))
  })

  it("are nobody else's to see or revoke, not even an administrator's", async () => {
    const { id } = await token(artist).createToken({ body: { name: 'mine' } })
    expect((await token(admin).listTokens({})).items.map((item) => item.id)).not.toContain(id)
    await expect(token(admin).revokeToken({ params: { tokenId: id } })).rejects.toEqual(code('token.not_found'))
    await expect(token(artist).revokeToken({ params: { tokenId: randomUUID() } })).rejects.toEqual(
      code('token.not_found'),
    )
  })

  it('are stored as hashes only', async () => {
    const { secret } = await token(artist).createToken({ body: { name: 'hidden' } })
    expect(JSON.stringify(await access.test.admin('select * from backlot.access_tokens'))).not.toContain(secret)
  })
})

describe('workers', () => {
  const workers = () => access.identity.workers
  const workerId = randomUUID()

  it('join with a token that administrators make, for their tenant', async () => {
    await expect(token(artist).createToken({ body: { name: 'w', kind: 'worker_join' } })).rejects.toEqual(
      code('auth.forbidden'),
    )
    const { id, secret } = await token(admin).createToken({
      body: { name: 'farm', kind: 'worker_join', expiresInDays: 1 },
    })
    const { tenant } = await token(admin).whoami({})
    expect(await workers().exchangeJoinToken(secret)).toEqual({ tenantId: tenant.tenantId })
    expect((await token(admin).listTokens({ query: { kind: 'worker_join' } })).items).toMatchObject([{ id }])
    expect((await token(artist).listTokens({ query: { kind: 'worker_join' } })).items).toEqual([])
    await token(admin).revokeToken({ params: { tokenId: id } })
    await expect(workers().exchangeJoinToken(secret)).rejects.toEqual(code('auth.worker_token_invalid'))
  })

  it("join the whole installation with the installation's own token", async () => {
    const joinToken = (lifetimeSeconds: number) =>
      workers().createInstallationJoinToken({ name: 'local worker', lifetimeSeconds })
    const older = await joinToken(60)
    const secret = await joinToken(60)
    expect(await workers().exchangeJoinToken(secret)).toEqual({ tenantId: null })
    await expect(workers().exchangeJoinToken(older)).rejects.toEqual(code('auth.worker_token_invalid'))
    access.pass(61)
    await expect(workers().exchangeJoinToken(secret)).rejects.toEqual(code('auth.worker_token_invalid'))
  })

  it('exchange their credential for access tokens until they are removed', async () => {
    const credential = await workers().issueWorkerCredential(workerId)
    expect(await workers().verifyCredential(credential)).toEqual({ workerId })
    const { token: bearer } = await workers().issueAccessToken(workerId)
    const verify = () => access.identity.verifyCaller({ authorization: `Bearer ${bearer}` }, '127.0.0.1')
    expect(await verify()).toEqual({ kind: 'worker', workerId })
    await workers().revokeWorker(workerId)
    await expect(workers().verifyCredential(credential)).rejects.toEqual(code('auth.worker_token_invalid'))
    await expect(verify()).rejects.toEqual(code('auth.worker_token_invalid'))
  })

  it('have an older credential until they have used a newer one', async () => {
    const older = await workers().issueWorkerCredential(workerId)
    access.pass(1)
    const newer = await workers().issueWorkerCredential(workerId)
    expect(await workers().verifyCredential(older)).toEqual({ workerId })
    expect(await workers().verifyCredential(newer)).toEqual({ workerId })
    await expect(workers().verifyCredential(older)).rejects.toEqual(code('auth.worker_token_invalid'))
  })

  it('act in the tenant of an attempt that they hold, and of no other', async () => {
    const [mine, other, attemptId] = [randomUUID(), randomUUID(), randomUUID()]
    const held = { workerId: mine, jobId: randomUUID(), tenantId: randomUUID() }
    access.attempts.set(`${attemptId}.3`, held)
    const verify = async (worker: string, attempt: string) => {
      const { token: bearer } = await workers().issueAccessToken(worker)
      return access.identity.verifyCaller(
        { authorization: `Bearer ${bearer}`, 'backlot-attempt': attempt },
        '127.0.0.1',
      )
    }
    expect(await verify(mine, `${attemptId}.3`)).toEqual({ kind: 'attempt', attemptId, fence: 3, ...held })
    await expect(verify(mine, `${attemptId}.2`)).rejects.toEqual(code('farm.stale_attempt'))
    await expect(verify(other, `${attemptId}.3`)).rejects.toEqual(code('farm.stale_attempt'))
    for (const malformed of [attemptId, `${'-'.repeat(36)}.3`, `${attemptId}.2147483648`, `${attemptId}.-1`])
      await expect(verify(mine, malformed)).rejects.toEqual(code('request.invalid'))
  })

  it('can not sign a person in, nor use a personal token as their own', async () => {
    const { token: bearer } = await workers().issueAccessToken(workerId)
    await expect(token(bearer).whoami({})).rejects.toMatchObject({ code: expect.stringMatching(/^auth\./) })
    const { secret } = await token(artist).createToken({ body: { name: 'p' } })
    await expect(workers().exchangeJoinToken(secret)).rejects.toEqual(code('auth.worker_token_invalid'))
    await expect(workers().verifyCredential(secret)).rejects.toEqual(code('auth.worker_token_invalid'))
  })
})
