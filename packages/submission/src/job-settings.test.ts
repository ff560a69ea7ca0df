import { expect, it } from 'vitest'
import { chooseSettings } from './job-settings.ts'
import type { SubmitRequest } from './submit-request.ts'

const scene = {
  name: 'Scene',
  frameStart: 1,
  frameEnd: 3,
  frameStep: 1,
  fps: 24,
  camera: 'Camera',
  engine: 'BLENDER_EEVEE',
  width: 64,
  height: 64,
  percentage: 100,
  cycles: null,
}
const choice = { scene, frames: '1-3', frameCount: 3 }
const settingsOf = (request: Partial<SubmitRequest>, frameCount = 3) =>
  chooseSettings({ file: '/films/Szene 日本.blend', ...request }, { blenderVersion: '4.5' }, { ...choice, frameCount })

it('names the job after the file, and takes what was asked for', () => {
  expect(settingsOf({ chunk: 4, tags: ['gpu'], blender: '5.0', render: { samples: 8 } })).toMatchObject({
    name: 'Szene 日本',
    fileVersion: 405,
    chunk: 4,
    tags: ['gpu'],
    blender: '5.0',
    render: { blendPath: 'Szene 日本.blend', scene: 'Scene', samples: 8, ignoreErrors: false },
    videoFps: 24,
    contactSheet: true,
  })
})

it('makes neither video nor contact sheet of one frame', () => {
  const { videoFps, contactSheet } = settingsOf({}, 1)
  expect([videoFps, contactSheet]).toEqual([undefined, false])
  expect(settingsOf({ video: false }).videoFps).toBeUndefined()
})

it('shortens the name of a file, but not one that was given', () => {
  expect(settingsOf({ file: `/films/${'n'.repeat(230)}.blend` }).name).toHaveLength(200)
  expect(() => settingsOf({ name: 'n'.repeat(201) })).toThrow('name')
})

it.each([
  [{ chunk: 0 }, 'chunk'],
  [{ priority: 101 }, 'priority'],
  [{ maxRetries: -1 }, 'maxRetries'],
  [{ blender: 'newest' }, 'blender'],
  [{ projectId: 'mine' }, 'projectId'],
  [{ render: { percentage: 0 } }, 'render.percentage'],
])('refuses %j as the server would', (request, field) => {
  expect(() => settingsOf(request)).toThrow(
    expect.objectContaining({ code: 'request.invalid', details: { problems: [expect.objectContaining({ field })] } }),
  )
})
