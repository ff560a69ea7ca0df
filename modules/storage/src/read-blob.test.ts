import { expect, it } from 'vitest'
import { presentation } from './read-blob.ts'

it('shows pictures and videos, and downloads everything else', () => {
  expect(presentation('0001.PNG')).toMatchObject({
    'content-type': 'image/png',
    'content-disposition': "inline; filename*=UTF-8''0001.PNG",
  })
  for (const name of ['page.html', 'drawing.svg', 'frame.exr', 'png', '.png.html'])
    expect(presentation(name)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': expect.stringMatching(/^attachment;/),
    })
  expect(presentation(undefined)).toEqual({ 'content-type': 'application/octet-stream' })
})

it('keeps any name inside its header', () => {
  const { 'content-disposition': header } = presentation('a"\r\nset-cookie: x=1; (é).png')
  expect(header).toMatch(/^inline; filename\*=UTF-8''[\w%.~!-]+$/)
})
