import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createClient } from '@backlot/contract/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CommandOptions, startBacklot } from './src/command.ts'
import { createInstallation, type Installation } from './src/installation.ts'
import { descendants, isAlive } from './src/processes.ts'
import { type SceneMaker, startSceneMaker } from './src/scenes.ts'
import { until } from './src/until.ts'

interface Failure {
  error: { code: string; message: string; advice: string; details: Record<string, unknown> }
}
interface Submitted {
  jobId: string
  uploaded: { files: number; skippedFiles: number }
}
interface Shown {
  state: string
  tasks: Record<string, number>
  frames: { total: number; completed: number }
}

let scenes: SceneMaker
let site: Installation
let scene: string
beforeAll(async () => {
  ;[scenes, site] = await Promise.all([startSceneMaker(), createInstallation({ worker: false })])
  scene = await scenes.make('single', { file: join(scenes.folder, 'Szene mit Ümlaut 日本.blend') })
})
afterAll(async () => {
  await site?.remove()
  await scenes?.remove()
})

async function failure(args: readonly string[], code: number, options?: CommandOptions): Promise<string> {
  const result = await site.run([...args, '--json'], options)
  expect([args.join(' '), result.code]).toEqual([args.join(' '), code])
  expect(result.stderr).not.toContain('    at ')
  const { error } = JSON.parse(result.stdout) as Failure
  expect([error.message, error.advice]).not.toContain('')
  expect(Object.keys(error)).toEqual(['code', 'message', 'advice', 'details'])
  return error.code
}
const submit = async (...options: string[]) => site.json<Submitted>(['submit', scene, ...options])
const show = (jobId: string) => site.json<Shown>(['job', 'show', jobId])

/** The CLI of another person of this machine: the same server, a session file of its own. */
const elsewhere = (): CommandOptions => ({ env: { BACKLOT_CONFIG: join(site.folder, 'elsewhere') } })

const nowhere = (): CommandOptions => ({ env: { BACKLOT_CONFIG: join(site.folder, 'nowhere') } })

describe('signing in', () => {
  it('by a code that somebody confirms or refuses in a browser, and out again', async () => {
    const login = (approve: boolean) => {
      const shown = Promise.withResolvers<string>()
      const onStderr = (text: string) => {
        const [code] = /[A-Z0-9]{4}-[A-Z0-9]{4}/.exec(text) ?? []
        if (code !== undefined) shown.resolve(code)
      }
      const deciding = shown.promise.then((code) => decide(code, approve))
      const run = site.run(['login', '--server', site.url, '--device', '--json'], { ...elsewhere(), onStderr })
      return Promise.all([run, deciding]).then(([result]) => result)
    }
    const [confirmed, refused] = [await login(true), await login(false)]
    expect(confirmed.code).toBe(0)
    expect(JSON.parse(confirmed.stdout)).toMatchObject({ server: site.url, user: { email: site.admin.email } })
    expect([refused.code, refused.stdout]).toEqual([3, expect.stringContaining('auth.device_denied')])
    const me = await site.run(['whoami', '--json'], elsewhere())
    expect(JSON.parse(me.stdout)).toMatchObject({ user: { email: site.admin.email }, via: 'session' })
    expect((await site.run(['logout'], elsewhere())).code).toBe(0)
    expect(await failure(['whoami', '--server', site.url], 3, elsewhere())).toBe('auth.required')
  })

  it('by password from stdin; a wrong one and none are refused', async () => {
    const login = ['login', '--email', site.admin.email, '--password-stdin']
    const answer = (input: string) => ({ ...elsewhere(), input })
    expect(await failure([...login, '--server', site.url], 3, answer('wrong\n'))).toBe('auth.wrong_credentials')
    expect(await failure(login, 2, answer(''))).toBe('cli.usage')
    expect((await site.run([...login, '--server', site.url], answer(`${site.admin.password}\n`))).code).toBe(0)
    expect((await site.run(['jobs'], elsewhere())).code).toBe(0)
  })

  it('with a token that ends when it is revoked', async () => {
    const { id, secret } = await site.json<{ id: string; secret: string }>(['token', 'create', '--name', 'nightly'])
    const { tokens } = await site.json<{ tokens: { id: string; name: string }[] }>(['token', 'list'])
    expect(tokens).toMatchObject([{ id, name: 'nightly' }])
    const scripted = { env: { BACKLOT_CONFIG: join(site.folder, 'script'), BACKLOT_TOKEN: secret } }
    expect((await site.run(['jobs', '--server', site.url], scripted)).code).toBe(0)
    expect(await site.json(['token', 'revoke', id])).toEqual({ tokenId: id, revoked: true })
    expect(await failure(['jobs', '--server', site.url], 3, scripted)).toBe('auth.invalid_token')
    expect(await failure(['token', 'revoke', id], 4)).toBe('token.not_found')
  })
})

describe('a job that no worker has taken', () => {
  it('waits, says why, and is paused, resumed, cancelled, requeued and deleted', async () => {
    const { jobId } = await submit('--frames', '1-2', '--name', 'held', '--priority', '80')
    const { reasons } = await site.json<{ reasons: { code: string; advice: string }[] }>(['job', 'why', jobId])
    expect(reasons).toMatchObject([{ code: 'no_worker_online' }])
    const states: string[] = []
    for (const verb of ['pause', 'resume', 'cancel']) {
      const { state } = await site.json<{ state: string }>(['job', verb, jobId])
      states.push(state)
    }
    expect(states.slice(0, 2)).toEqual(['paused', 'queued'])
    await until('the job is cancelled', async () => (await show(jobId)).state === 'cancelled')
    expect(await failure(['job', 'pause', jobId], 1)).toBe('job.illegal_transition')
    expect(await failure(['job', 'requeue', jobId, '--frames', '9-1'], 2)).toBe('submit.invalid_frames')
    expect(await failure(['job', 'requeue', jobId, '--frames', '99'], 4)).toBe('job.frame_not_found')
    expect(await site.json<Shown>(['job', 'requeue', jobId])).toMatchObject({ state: 'queued' })
    expect(await failure(['job', 'delete', jobId], 1)).toBe('job.illegal_transition')
    await site.run(['job', 'cancel', jobId])
    await until('the job is cancelled', async () => (await show(jobId)).state === 'cancelled')
    const { jobs } = await site.json<{ jobs: { jobId: string }[] }>(['jobs', '--state', 'cancelled'])
    expect(jobs.map((job) => job.jobId)).toEqual([jobId])
    expect(await failure(['download', jobId, '--to', join(site.folder, 'none')], 4)).toBe('job.output_not_found')
    expect(await site.json(['job', 'delete', jobId])).toEqual({ jobId, deleted: true })
    expect(await failure(['job', 'show', jobId], 4)).toBe('job.not_found')
  })
})

describe('mistakes', () => {
  it.each([
    [['job', 'show', 'my film'], 4, 'job.not_found'],
    [['token', 'revoke', 'nightly'], 4, 'token.not_found'],
    [['report', '/dev/null'], 4, 'report.not_found'],
    [['inspect', 'nothing.blend'], 4, 'submit.file_not_found'],
    [['trace', `${'n'.repeat(300)}.blend`], 4, 'submit.file_not_found'],
    [['nonsense'], 2, 'cli.usage'],
    [['job'], 2, 'cli.usage'],
    [['jobs', '--state', 'lost'], 2, 'cli.usage'],
    [['up', '--port', '99999'], 2, 'cli.usage'],
    [['whoami', '--server', 'a b'], 2, 'request.invalid'],
    [['worker', '--server', 'http://127.0.0.1:1'], 5, 'network.unreachable'],
    [['worker', '--blender', '/dev/null'], 4, 'blender.not_found'],
    [['worker'], 3, 'auth.worker_token_invalid'],
    [['worker', '--token', 'nonsense'], 3, 'auth.worker_token_invalid'],
    [['worker', '--slots', '0'], 2, 'cli.usage'],
    [['token', 'create', '--name', 'x', '--days', '0'], 2, 'cli.usage'],
    [['completion', 'csh'], 2, 'cli.usage'],
    [['migrate', 'down'], 1, 'database.in_use'],
  ])('%j', async (args, exit, code) => {
    expect(await failure(args, exit)).toBe(code)
  })

  it('tells a wrong option before anything is sent', async () => {
    const file = await scenes.make('single', { file: join(scenes.folder, 'unsent.blend') })
    for (const options of [
      ['--chunk', '0'],
      ['--priority', '101'],
      ['--blender', 'newest'],
      ['--name', ''],
    ])
      expect(await failure(['submit', file, ...options], 2)).toBe('request.invalid')
    expect(await failure(['submit', file, '--download', '/dev/null/frames'], 3)).toBe('host.no_permission')
    // Nothing of it is on the server yet: all of it is sent now.
    const { jobId, uploaded } = await site.json<Submitted>(['submit', file])
    expect(uploaded).toMatchObject({ files: 1, skippedFiles: 0 })
    await site.run(['job', 'cancel', jobId])
  })

  it('traces several files although one of them is no scene', async () => {
    const other = join(scenes.folder, 'notes.blend')
    await writeFile(other, 'not a scene')
    const results = await site.json<{ file: string; errors: { code: string }[] }[]>(['trace', scene, other], [1])
    expect(results.map(({ file }) => file)).toEqual([scene, other])
    expect(results.map(({ errors }) => errors.map(({ code }) => code))).toEqual([[], ['blend.not_a_blend']])
  })

  it('starts no second server in the same folder, nor one on a port that is taken', async () => {
    expect(await failure(['up', '--port', '0', '--no-worker'], 1)).toBe('host.already_running')
    const env = { BACKLOT_DATA: join(site.folder, 'other') }
    expect(await failure(['up', '--port', new URL(site.url).port], 1, { env })).toBe('host.port_taken')
  })

  it('says that nothing runs', async () => {
    const args = ['--data', join(site.folder, 'empty')]
    expect(await failure(['jobs', ...args], 5, nowhere())).toBe('cli.not_running')
    const setUp = ['setup-admin', '--email', 'a@b.test', '--password-stdin', ...args]
    expect(await failure(setUp, 5, nowhere())).toBe('cli.not_running')
  })
})
describe('migrations', () => {
  it('are taken back and applied again on a filled installation, which then still answers', async () => {
    const { jobId } = await submit('--frames', '1')
    await site.run(['job', 'cancel', jobId])
    expect(await site.up().end('SIGTERM')).toBe(0)
    const applied = async (way: string) => {
      const { migrations } = await site.json<{ migrations: { appliedAt: string | null }[] }>(['migrate', way])
      return migrations.filter(({ appliedAt }) => appliedAt !== null).length
    }
    const all = await applied('status')
    expect([await applied('down'), await applied('up')]).toEqual([all - 1, all])
    await site.restart()
    const { jobs } = await site.json<{ jobs: { jobId: string }[] }>(['jobs'])
    expect(jobs.map((job) => job.jobId)).toContain(jobId)
    expect(await site.json(['job', 'delete', jobId])).toEqual({ jobId, deleted: true })
  })
})
describe('a worker of its own', () => {
  it('takes jobs with its tags, drains on SIGTERM, and its frames can be downloaded', async () => {
    const { secret } = await site.json<{ secret: string }>(['token', 'create', '--name', 'farm', '--worker'])
    const env = { BACKLOT_DATA: join(site.folder, 'render-01'), BACKLOT_CONFIG: join(site.folder, 'render-01-config') }
    const args = ['worker', '--server', site.url, '--name', 'render-01', '--tags', 'big,quiet']
    const worker = await startBacklot([...args, '--token', secret], { env })
    expect(worker.first).toMatchObject({ worker: 'render-01', server: site.url })
    const processes = await descendants(process.pid)
    expect(processes.filter(({ command }) => command.includes(secret))).toEqual([])
    const { jobId } = await submit('--frames', '1-2', '--tags', 'big')
    const to = join(site.folder, 'frames')
    const watched = await site.run(['download', jobId, '--to', to, '--auto', '--json'])
    expect(watched.code).toBe(0)
    expect(JSON.parse(watched.stdout)).toMatchObject({ jobId, state: 'completed', to })
    expect((await readdir(to)).toSorted()).toEqual(['0001.png', '0002.png', 'contact-sheet.png', 'preview.mp4'])

    expect(await worker.end('SIGTERM')).toBe(0)
    expect(isAlive(Number(worker.first.pid))).toBe(false)
    // It is known now: no token is needed.
    const again = await startBacklot(args, { env })
    expect(await again.end('SIGTERM')).toBe(0)

    const damaged = join(to, '0002.png')
    const whole = await readFile(damaged)
    await writeFile(damaged, 'damaged')
    await rm(join(to, '0001.png'))
    const { transferred } = await site.json<{ transferred: { files: number; skippedFiles: number } }>([
      'download',
      jobId,
      '--to',
      to,
    ])
    expect(transferred).toMatchObject({ files: 4, skippedFiles: 2 })
    expect(await readFile(damaged)).toEqual(whole)
    expect(await site.json(['report'])).toMatchObject({ kind: 'download', state: 'done' })
    const logs = await site.run(['job', 'logs', jobId, '--follow'])
    expect([logs.code, logs.stdout]).toEqual([0, expect.stringContaining('Opened')])
  })
})

/** Confirms or refuses the sign-in with this code, as its person would in a browser. */
async function decide(userCode: string, approve: boolean): Promise<void> {
  const client = createClient({ server: site.url })
  const { token } = await client.signIn({ body: site.admin })
  const headers = { authorization: `Bearer ${token}` }
  await client.decideDevice({ params: { userCode }, body: { approve } }, { headers })
}
