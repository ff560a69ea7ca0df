import { expect, it } from 'vitest'
import { folderName } from './folder-name.ts'

it.each([
  ['Szene 日本 v2.1', 'Szene 日本 v2.1'],
  ['../../etc/passwd', '_.._etc_passwd'],
  ['a:b*c?"d"', 'a_b_c__d_'],
  ['.. hidden. ', 'hidden'],
  ['', 'frames'],
  ['...', 'frames'],
])('"%s" becomes the folder "%s"', (name, folder) => {
  expect(folderName(name)).toBe(folder)
})

it('fits into a file system, and cuts no character in two', () => {
  const name = folderName('日'.repeat(200))
  expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200)
  expect(name).toMatch(/^日+$/)
})
