import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { adminEmail, createTestAccess, password, type TestAccess } from './test-access.ts'

let access: TestAccess
beforeAll(async () => {
  access = await createTestAccess()
})
afterAll(() => access.close())

const code = (expected: string) => expect.objectContaining({ code: expected })

describe('the first administrator', () => {
  const body = { email: adminEmail, name: 'Ada', password, tenant: { name: 'Studio', slug: 'studio' } }

  it('is made with the newest setup token only, and once', async () => {
    expect(await access.identity.setupNeeded()).toBe(true)
    const older = await access.identity.createSetupToken()
    const token = await access.identity.createSetupToken()
    await expect(access.client().setup({ body: { ...body, token: older } })).rejects.toEqual(
      code('auth.setup_token_wrong'),
    )
    await expect(access.client().setup({ body: { ...body, token, password: 'password1234' } })).rejects.toEqual(
      code('auth.weak_password'),
    )

    const all = await Promise.allSettled([1, 2, 3].map(() => access.client().setup({ body: { ...body, token } })))
    const made = all.filter((one) => one.status === 'fulfilled')
    expect(made).toHaveLength(1)
    expect(made[0]?.value).toMatchObject({
      user: { email: adminEmail },
      tenants: [{ slug: 'studio', role: 'global_admin' }],
    })
    expect(await access.identity.setupNeeded()).toBe(false)
    await expect(access.client().setup({ body: { ...body, token } })).rejects.toEqual(code('auth.setup_closed'))
    expect(await access.test.admin('select count(*) from backlot.tenants')).toEqual([{ count: '1' }])
    expect(await access.test.admin('select count(*) from auth.users')).toEqual([{ count: '1' }])
  })

  it('has a default project and an entry in the audit', async () => {
    const { token } = await access.client().signIn({ body: { email: adminEmail, password } })
    expect((await access.client(token).listProjects({})).items).toMatchObject([{ shortId: 'default' }])
    expect(await access.test.admin('select action, actor_name from backlot.audit')).toEqual([
      { action: 'installation.set_up', actor_name: 'Ada' },
    ])
  })
})

describe('sign-in', () => {
  it('takes the e-mail in any case, and stores neither password nor token', async () => {
    const { token, expiresAt } = await access.client().signIn({ body: { email: 'Ada@Example.org', password } })
    expect(new Date(expiresAt).getTime()).toBeGreaterThan(Date.now() + 13 * 86_400_000)
    expect(await access.client(token).whoami({})).toMatchObject({ via: 'session', tenant: { role: 'global_admin' } })
    const stored = JSON.stringify([
      await access.test.admin('select * from auth.sessions'),
      await access.test.admin('select * from auth.accounts'),
    ])
    expect(stored).not.toContain(token)
    expect(stored).not.toContain(password)
    expect(stored).toContain('$argon2id$')
  })

  it('answers an unknown e-mail like a wrong password, with the same work', async () => {
    const attempt = async (email: string) => {
      const started = performance.now()
      const body = { email, password: 'wrong wrong wrong' }
      const error = await access
        .client()
        .signIn({ body })
        .then(() => undefined, String)
      return { milliseconds: performance.now() - started, error }
    }
    const known = await attempt(adminEmail)
    const unknown = [await attempt('nobody@example.org'), await attempt('nobody@example.org')]
    expect(unknown.map(({ error }) => error)).toEqual([known.error, known.error])
    // The hash takes 20 ms on the fastest machines, everything else 2 ms: an answer without it would be told apart.
    for (const { milliseconds } of unknown) expect(milliseconds).toBeGreaterThan(10)
  })

  it('is slowed down after a few failures, and says for how long', async () => {
    const attempt = (address: string) =>
      access
        .client(undefined, { address })
        .signIn({ body: { email: 'eve@example.org', password: 'wrong wrong wrong' } })
    for (let round = 0; round < 6; round++) {
      await expect(attempt(`10.2.0.${round}`)).rejects.toEqual(code('auth.wrong_credentials'))
    }
    await expect(attempt('10.2.0.9')).rejects.toMatchObject({
      code: 'auth.too_many_attempts',
      details: { retryAfterSeconds: 1 },
    })
    access.pass(1)
    await expect(attempt('10.2.0.9')).rejects.toEqual(code('auth.wrong_credentials'))
  })
})

describe('a session', () => {
  const signIn = async () => (await access.client().signIn({ body: { email: adminEmail, password } })).token

  it('ends at once with sign-out', async () => {
    const token = await signIn()
    await access.client(token).whoami({})
    await access.client(token).signOut({})
    await expect(access.client(token).whoami({})).rejects.toEqual(code('auth.invalid_token'))
  })

  it('gets a new token by refresh, once; the old one ends', async () => {
    const token = await signIn()
    await access.client(token).whoami({})
    const answers = await Promise.allSettled([1, 2].map(() => access.client(token).refresh({})))
    const [fresh, ...others] = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.token] : []))
    expect(others).toEqual([])
    await expect(access.client(token).whoami({})).rejects.toEqual(code('auth.invalid_token'))
    await access.client(fresh).whoami({})
  })

  it('lives on while it is used, and ends when it is not, and in any case after 90 days', async () => {
    const token = await signIn()
    const idle = await signIn()
    for (let week = 1; week <= 12; week++) {
      access.pass(7 * 86_400)
      await access.client(token).whoami({})
    }
    await expect(access.client(idle).whoami({})).rejects.toEqual(code('auth.expired_token'))
    access.pass(7 * 86_400)
    await expect(access.client(token).whoami({})).rejects.toEqual(code('auth.expired_token'))
    access.pass(8 * 86_400)
    await access.identity.sweep()
    await expect(access.client(token).whoami({})).rejects.toEqual(code('auth.invalid_token'))
  })

  it.each(['nonsense', 'bks_unknown', 'bkp_unknown', 'bkw_x', 'bkc_x', 'bkd_x', 'bku_x'])(
    'is not the token %s',
    async (token) => {
      await expect(access.client(token).whoami({})).rejects.toEqual(code('auth.invalid_token'))
    },
  )

  it('is needed', async () => {
    await expect(access.client().whoami({})).rejects.toEqual(code('auth.required'))
    const basic = access.client(undefined, { headers: { authorization: 'Basic YTpi' } })
    await expect(basic.whoami({})).rejects.toEqual(code('auth.invalid_token'))
  })
})

describe('the cookie', () => {
  const post = (path: string, headers: Record<string, string>, body?: unknown) =>
    access.fetch(`/api/v1${path}`, {
      method: 'POST',
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  const json = { 'content-type': 'application/json' }

  it('signs requests in, is dropped by sign-out, and is ignored when its session has ended', async () => {
    const signedIn = await post('/auth/sign-in', json, { email: adminEmail, password })
    const set = signedIn.headers.get('set-cookie') ?? ''
    expect(set).toMatch(/^backlot_session=bks_[\w-]{43}; Path=\/; Max-Age=7776000; HttpOnly; SameSite=Lax$/)
    const cookie = set.split(';')[0] ?? ''
    expect((await access.fetch('/api/v1/auth/whoami', { headers: { cookie } })).status).toBe(200)

    const foreign = await post('/auth/sign-out', { cookie, origin: 'http://evil.example', host: 'backlot.test' })
    expect(foreign.status).toBe(403)
    const signedOut = await post('/auth/sign-out', { cookie })
    expect(signedOut.status).toBe(204)
    expect(signedOut.headers.get('set-cookie')).toContain('backlot_session=; Path=/; Max-Age=0')

    // A browser goes on sending it; it must still be able to sign in.
    expect((await access.fetch('/api/v1/auth/whoami', { headers: { cookie } })).status).toBe(401)
    expect((await post('/auth/sign-in', { ...json, cookie }, { email: adminEmail, password })).status).toBe(200)
  })

  it('travels encrypted only, where people use https', async () => {
    const secure = await createTestAccess('https://backlot.example.org')
    try {
      await secure.setUp()
      const body = JSON.stringify({ email: adminEmail, password })
      const answer = await secure.fetch('/api/v1/auth/sign-in', { method: 'POST', headers: json, body })
      expect(answer.headers.get('set-cookie')).toContain('; Secure')
    } finally {
      await secure.close()
    }
  })
})
