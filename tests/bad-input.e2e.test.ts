import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createInstallation, type Installation } from './src/installation.ts'
import { type SceneMaker, startSceneMaker } from './src/scenes.ts'

interface Failure {
  error: { code: string; message: string; advice: string; details: Record<string, unknown> }
}

let scenes: SceneMaker
let site: Installation
beforeAll(async () => {
  scenes = await startSceneMaker()
  site = await createInstallation()
})
afterAll(async () => {
  await site?.remove()
  await scenes?.remove()
})

async function refusal(args: readonly string[], exitCode: number): Promise<Failure['error']> {
  const { error } = await site.json<Failure>(args, [exitCode])
  expect(error.message).not.toBe('')
  expect(error.advice).not.toBe('')
  return error
}

function lastLine(stdout: string): Record<string, unknown> {
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>
}

describe('files that are no scene', () => {
  it.each([
    ['a picture', 'not a blend at all, but long enough to look at', 'blend.not_a_blend'],
    ['an empty file', '', 'blend.not_a_blend'],
    ['only the magic', 'BLENDER-v405', 'blend.truncated'],
  ])('refuses %s', async (name, content, code) => {
    const file = join(scenes.folder, `${name}.blend`)
    await writeFile(file, content)
    for (const command of ['inspect', 'trace', 'submit']) expect((await refusal([command, file], 1)).code).toBe(code)
  })

  it('refuses a truncated and a damaged scene', async () => {
    const whole = await readFile(await scenes.make('single', { file: join(scenes.folder, 'whole.blend') }))
    const truncated = join(scenes.folder, 'truncated.blend')
    await writeFile(truncated, whole.subarray(0, whole.length >> 1))
    expect((await refusal(['submit', truncated], 1)).code).toBe('blend.truncated')
    const damaged = join(scenes.folder, 'damaged.blend')
    await writeFile(damaged, Buffer.from(whole).fill(0xff, 200, 2000))
    expect((await refusal(['submit', damaged], 1)).code).toMatch(/^blend\.(corrupt|truncated)$/)
  })

  it('says what is wrong with the path', async () => {
    expect((await refusal(['submit', join(scenes.folder, 'nothing.blend')], 4)).code).toBe('submit.file_not_found')
    expect((await refusal(['submit', scenes.folder], 1)).code).toBe('submit.not_a_blend')
  })
})

describe('scenes that can not be rendered', () => {
  it.each(['10-1', 'a', '1-', '1-5x0', ''])('refuses the frames "%s"', async (frames) => {
    const file = await scenes.make('single', { file: join(scenes.folder, 'frames.blend') })
    expect((await refusal(['submit', file, '--frames', frames], 2)).code).toBe('submit.invalid_frames')
  })

  it('refuses a scene without a camera and a scene that is not there', async () => {
    const file = await scenes.make('single', { file: join(scenes.folder, 'blind.blend'), camera: false })
    expect((await refusal(['submit', file], 1)).code).toBe('submit.no_camera')
    const other = await scenes.make('single', { file: join(scenes.folder, 'seeing.blend') })
    expect((await refusal(['submit', other, '--scene', 'None'], 1)).code).toBe('submit.scene_not_found')
  })

  it('lists a missing texture with its user, and goes on with --ignore-errors', async () => {
    const file = await scenes.make('single', {
      file: join(scenes.folder, 'missing.blend'),
      texture: '//textures/wood.png',
    })
    const error = await refusal(['submit', file], 1)
    expect(error.code).toBe('submit.missing_files')
    expect(JSON.stringify(error.details)).toContain('textures/wood.png')
    expect(JSON.stringify(error.details)).toContain('IMWood')
    const { code, stdout } = await site.run(['submit', file, '--ignore-errors', '--follow', '--json'])
    expect(lastLine(stdout).state).toBe('completed')
    expect(code).toBe(6)
  })

  it('takes along what absolute paths and paths out of the root lead to, in a folder of its own', async () => {
    const inner = join(scenes.folder, 'escape', 'inner')
    const outside = join(scenes.folder, 'escape', 'outside.png')
    await mkdir(inner, { recursive: true })
    for (const [name, texture] of [
      ['out', '//../outside.png'],
      ['absolute', outside],
    ] as const) {
      const file = await scenes.make('single', { file: join(inner, `${name}.blend`), texture, makeTexture: true })
      const before = await readFile(file)
      const { code, stdout } = await site.run(['submit', file, '--root', inner, '--follow', '--json'])
      expect(code).toBe(0)
      const ended = lastLine(stdout)
      expect(ended).toMatchObject({ state: 'completed', uploaded: { files: 2 } })
      expect(ended.problems).toEqual([expect.stringContaining(outside)])
      expect(await readFile(file)).toEqual(before)
    }
  })

  it('follows libraries that link each other only once', async () => {
    const file = await scenes.make('loop', { folder: join(scenes.folder, 'loop') })
    const { code, stdout } = await site.run(['submit', file, '--follow', '--json'])
    expect(code).toBe(0)
    expect(lastLine(stdout)).toMatchObject({ state: 'completed', uploaded: { files: 2 } })
  })

  it('names a Python error in the scene', async () => {
    const file = await scenes.make('single', {
      file: join(scenes.folder, 'script.blend'),
      script:
        "import bpy\ndef on(scene, *_):\n    raise ValueError('no such bone')\nbpy.app.handlers.frame_change_post.append(on)\n",
    })
    const { code, stdout } = await site.run(['submit', file, '--allow-scripts', '--retries', '0', '--follow', '--json'])
    expect(code).toBe(1)
    const ended = lastLine(stdout)
    expect(ended.state).toBe('failed')
    const job = await site.json<{ error: { code: string; message: string } }>(['job', 'show', String(ended.jobId)])
    expect(job.error.code).toBe('render.script_error')
    expect(job.error.message).toContain('no such bone')
    const { lines } = await site.json<{ lines: { text: string }[] }>(['job', 'logs', String(ended.jobId)])
    expect(lines.map(({ text }) => text).join('\n')).toContain('no such bone')
  })
})

describe('callers', () => {
  const call = (path: string, init: RequestInit = {}) => fetch(`${site.url}/api/v1${path}`, init)
  const codeOf = async (response: Response) => ((await response.json()) as Failure).error.code

  it('refuses wrong, forged and missing tokens', async () => {
    for (const [token, code] of [
      [undefined, 'auth.required'],
      ['nonsense', 'auth.invalid_token'],
      [`bkp_${'A'.repeat(43)}`, 'auth.invalid_token'],
    ] as const) {
      const response = await call('/jobs', token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } })
      expect([response.status, await codeOf(response)]).toEqual([401, code])
    }
    const { code } = await site.run(['jobs'], { env: { BACKLOT_TOKEN: 'nonsense' } })
    expect(code).toBe(3)
  })

  it('refuses bodies that are too large or no JSON', async () => {
    const headers = { 'content-type': 'application/json' }
    const large = await call('/auth/sign-in', {
      method: 'POST',
      headers,
      body: JSON.stringify({ email: 'a'.repeat(2_000_000) }),
    })
    expect([large.status, await codeOf(large)]).toEqual([413, 'request.too_large'])
    const broken = await call('/auth/sign-in', { method: 'POST', headers, body: '{"email":' })
    expect([broken.status, await codeOf(broken)]).toEqual([422, 'request.invalid'])
  })

  it('answers unknown jobs with exit 4 and malformed commands with exit 2', async () => {
    expect((await refusal(['job', 'show', '01890000-0000-7000-8000-000000000000'], 4)).code).toBe('job.not_found')
    expect((await refusal(['job', 'show'], 2)).code).toBe('cli.usage')
    expect((await refusal(['nonsense'], 2)).code).toBe('cli.usage')
  })

  it('says that no server runs with exit 5', async () => {
    const { error } = await site.json<Failure>(['jobs', '--server', 'http://127.0.0.1:9'], [3, 5])
    expect(['network.unreachable', 'auth.required']).toContain(error.code)
    const { code } = await site.run(['jobs', '--server', 'http://127.0.0.1:9'], { env: { BACKLOT_TOKEN: 'bkp_x' } })
    expect(code).toBe(5)
  })
})

describe('another tenant', () => {
  it('sees nothing of ours', async () => {
    const signIn = async (email: string, password: string) => {
      const response = await fetch(`${site.url}/api/v1/auth/sign-in`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email, password }),
      })
      return ((await response.json()) as { token: string }).token
    }
    const admin = await signIn(site.admin.email, site.admin.password)
    const other = { email: 'other@example.org', name: 'Other', password: 'another long password' }
    const made = await fetch(`${site.url}/api/v1/tenants`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${admin}` },
      body: JSON.stringify({ name: 'Other', slug: 'other', admin: other }),
    })
    expect(made.status).toBe(200)
    const { jobs } = await site.json<{ jobs: { jobId: string }[] }>(['jobs', '--state', 'completed'])
    const jobId = jobs[0]?.jobId ?? ''
    const headers = { authorization: `Bearer ${await signIn(other.email, other.password)}` }
    const list = (await (await fetch(`${site.url}/api/v1/jobs`, { headers })).json()) as { items: unknown[] }
    expect(list.items).toEqual([])
    for (const path of ['', '/frames', '/outputs', '/events', '/logs', '/tasks', '/why']) {
      const response = await fetch(`${site.url}/api/v1/jobs/${jobId}${path}`, { headers })
      expect([path, response.status]).toEqual([path, 404])
    }
    const { items } = (await (
      await fetch(`${site.url}/api/v1/jobs/${jobId}/outputs`, { headers: { authorization: `Bearer ${admin}` } })
    ).json()) as { items: { sha256: string }[] }
    expect(items.length).toBeGreaterThan(0)
    const blob = await fetch(`${site.url}/api/v1/blobs/${items[0]?.sha256}`, { headers })
    expect(blob.status).toBe(404)
  })
})
