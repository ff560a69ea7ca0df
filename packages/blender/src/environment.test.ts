import { expect, test } from 'vitest'
import { blenderEnvironment } from './environment.ts'

const make = (from: Record<string, string>) =>
  blenderEnvironment({ platform: 'linux', from, userFolder: '/cache/user', tempFolder: '/tmp/x' })

test('no secret and nothing of a shell reaches a Blender; devices and language do', () => {
  const env = make({
    AWS_SECRET_ACCESS_KEY: 'x',
    DATABASE_URL: 'x',
    BACKLOT_TOKEN: 'x',
    GITHUB_TOKEN: 'x',
    LD_PRELOAD: 'x',
    PYTHONPATH: '/x',
    PATH: '/home/me/.pyenv/shims:/usr/bin',
    HOME: '/home/me',
    LANG: 'de_DE.UTF-8',
    LC_ALL: 'C.UTF-8',
    CUDA_VISIBLE_DEVICES: '1',
  })
  expect(Object.values(env)).not.toContain('x')
  expect(env).toMatchObject({ LANG: 'de_DE.UTF-8', LC_ALL: 'C.UTF-8', CUDA_VISIBLE_DEVICES: '1', HOME: '/cache/user' })
  expect(env.PATH).not.toContain('pyenv')
  expect(env.PYTHONPATH).toBeUndefined()
})
