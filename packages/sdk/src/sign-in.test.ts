import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSessionFile, type SessionFile } from './session-file.ts'
import { signInWithDevice, signInWithPassword } from './sign-in.ts'
import { answeredSession, exampleProject } from './testing/example-session.ts'
import { startTestServer, type TestAnswer, type TestRequest } from './testing/http-server.ts'

let folder: string
let sessions: SessionFile
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backlot-sign-in-'))
  sessions = openSessionFile(join(folder, 'session.json'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const createdAt = '2029-01-01T00:00:00.000Z'
const project = { id: exampleProject.projectId, shortId: 'trailer', name: exampleProject.name, createdAt }
const newer = { ...project, id: crypto.randomUUID(), shortId: 'film', name: 'Film' }

function studio(projects: (typeof project)[], more: (request: TestRequest) => TestAnswer = () => ({ json: null })) {
  return startTestServer((request) => {
    if (request.path.endsWith('/projects')) return { json: { items: projects } }
    if (request.path.endsWith('/jobs')) return { json: { items: [] } }
    if (request.path.endsWith('/sign-in')) return { json: answeredSession('secret-token') }
    return more(request)
  })
}

describe('signing in with a password', () => {
  const credentials = { email: 'ada@studio.test', password: 'correct horse battery' }

  it('stores token, tenant and project, and never the password', async () => {
    await using server = await studio([newer, project])
    const saved = await signInWithPassword({ server: server.url, sessions }, credentials)
    expect(saved).toMatchObject({ token: 'secret-token', projectId: newer.id, tenant: { slug: 'studio' } })
    expect(await sessions.read(server.url)).toEqual(saved)
    expect(await readFile(sessions.path, 'utf8')).not.toContain(credentials.password)
  })

  it('keeps the chosen project while it exists, and chooses another one when it is gone', async () => {
    const projects = [newer, project]
    await using server = await studio(projects)
    const first = await signInWithPassword({ server: server.url, sessions }, credentials)
    await sessions.write(server.url, { ...first, projectId: project.id })
    expect((await signInWithPassword({ server: server.url, sessions }, credentials)).projectId).toBe(project.id)
    projects.pop()
    expect((await signInWithPassword({ server: server.url, sessions }, credentials)).projectId).toBe(newer.id)
    projects.pop()
    expect((await signInWithPassword({ server: server.url, sessions }, credentials)).projectId).toBeNull()
  })

  it('names the tenants when the wanted one is not among them, and stores nothing', async () => {
    await using server = await studio([project])
    const signIn = signInWithPassword({ server: server.url, sessions, tenant: 'other' }, credentials)
    await expect(signIn).rejects.toMatchObject({ code: 'tenant.not_found', details: { tenants: ['studio'] } })
    expect(await sessions.read(server.url)).toBeUndefined()
  })
})

describe('signing in with a device code', () => {
  const start = {
    deviceCode: 'device',
    userCode: 'ABCD-EFGH',
    verificationUri: 'http://studio.test/device',
    verificationUriComplete: 'http://studio.test/device?code=ABCD-EFGH',
    expiresIn: 600,
    interval: 1,
  }
  const flow = (answers: TestAnswer[], changes: Partial<typeof start> = {}) => {
    const polls: number[] = []
    const server = studio([project], ({ path }) => {
      if (path.endsWith('/auth/device')) return { json: { ...start, ...changes } }
      polls.push(Date.now())
      return answers.shift() ?? { error: 'auth.device_pending' }
    })
    return { server, polls }
  }

  it('waits the interval before every question, shows the code, and survives a server that hangs up', async () => {
    const { server: starting, polls } = flow([{ error: 'auth.device_pending' }, { json: answeredSession('by-device') }])
    await using server = await starting
    const shown: string[] = []
    const began = Date.now()
    const saved = await signInWithDevice(
      { server: server.url, sessions },
      { clientName: 'test', show: ({ userCode }) => shown.push(userCode) },
    )
    expect(saved.token).toBe('by-device')
    expect(shown).toEqual(['ABCD-EFGH'])
    expect(polls).toHaveLength(2)
    expect((polls[0] ?? 0) - began).toBeGreaterThanOrEqual(950)
    expect((polls[1] ?? 0) - (polls[0] ?? 0)).toBeGreaterThanOrEqual(950)
  })

  it('asks five seconds less often after slow_down', async () => {
    const { server: starting, polls } = flow([{ error: 'auth.device_slow_down' }, { json: answeredSession('late') }], {
      interval: 0,
    })
    await using server = await starting
    const signIn = signInWithDevice({ server: server.url, sessions }, { clientName: 'test', show: () => undefined })
    await expect(signIn).resolves.toMatchObject({ token: 'late' })
    expect((polls[1] ?? 0) - (polls[0] ?? 0)).toBeGreaterThanOrEqual(4950)
  }, 10_000)

  it.each(['auth.device_denied', 'auth.device_expired'] as const)('ends with %s', async (error) => {
    const { server: starting } = flow([{ error }], { interval: 0 })
    await using server = await starting
    const signIn = signInWithDevice({ server: server.url, sessions }, { clientName: 'test', show: () => undefined })
    await expect(signIn).rejects.toMatchObject({ code: error })
    expect(await sessions.read(server.url)).toBeUndefined()
  })

  it('gives up when the code expires, and at once when it is aborted', async () => {
    const { server: starting } = flow([], { interval: 1, expiresIn: 1 })
    await using server = await starting
    const options = { server: server.url, sessions }
    const show = () => undefined
    await expect(signInWithDevice(options, { clientName: 'test', show })).rejects.toMatchObject({
      code: 'auth.device_expired',
    })
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(signInWithDevice(options, { clientName: 'test', show, signal })).rejects.toThrow('enough')
  })
})
