import { expect, it } from 'vitest'
import { type SubmitCommandOptions, submitRequest } from './submit-options.ts'

const defaults: SubmitCommandOptions = {
  taskTime: 120,
  order: 'linear',
  mode: 'project',
  device: 'auto',
  tags: '',
  anyTags: '',
  notTags: '',
  licences: '',
  memory: 0,
  priority: 50,
  retries: 3,
  split: 'auto',
  splitOver: 60,
  warm: true,
  uploadWhileRendering: true,
  video: true,
}

it('leaves to scene and server what was not asked for', () => {
  const { tags, frames, blender, render } = submitRequest('shot.blend', defaults)
  expect([tags, frames, blender]).toEqual([[], undefined, undefined])
  expect(render).toMatchObject({ samples: undefined, device: 'auto', warm: true, allowScripts: false })
})

it('takes every option to its place', () => {
  const options = {
    ...defaults,
    frames: '1-5',
    retries: 0,
    tags: ' gpu, big-memory ,',
    allowScripts: true,
    samples: 16,
    warm: false,
    uploadWhileRendering: false,
  }
  expect(submitRequest('shot.blend', options)).toMatchObject({
    file: 'shot.blend',
    frames: '1-5',
    maxRetries: 0,
    tags: ['gpu', 'big-memory'],
    render: { allowScripts: true, samples: 16, warm: false, uploadWhileRendering: false },
  })
})

it.each(['a b', 'gpu/2', '-x', 'x'.repeat(64)])('refuses the tag "%s"', (tags) => {
  expect(() => submitRequest('shot.blend', { ...defaults, tags })).toThrow(
    expect.objectContaining({ code: 'cli.usage' }),
  )
})
