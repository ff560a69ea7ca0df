import { expect, test } from 'vitest'
import { archiveUrl, blobUrl, fileName, isShownByBrowsers } from './blob-url.ts'

const hash = 'ab'.repeat(32)

test('a blob alone has a bare address', () => {
  expect(blobUrl(hash)).toBe(`/api/v1/blobs/${hash}`)
})

test('a job has the address of its archive', () => {
  expect(archiveUrl('01890000-0000-7000-8000-000000000000')).toBe(
    '/api/v1/jobs/01890000-0000-7000-8000-000000000000/outputs.zip',
  )
})

test('a name travels without its folder, escaped', () => {
  expect(blobUrl(hash, 'out/shot 1&2_0001.png')).toBe(`/api/v1/blobs/${hash}?name=shot+1%262_0001.png`)
  expect(fileName('frame.png')).toBe('frame.png')
})

test.each([
  ['a.png', true],
  ['a.JPG', true],
  ['a.webp', true],
  ['a.exr', false],
  ['a.tif', false],
  ['png', false],
])('%s is shown by browsers: %s', (name, shown) => {
  expect(isShownByBrowsers(name)).toBe(shown)
})
