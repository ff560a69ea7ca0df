import { expect, test } from 'vitest'
import { hashInList, newestInListing } from './install-archive.ts'

test('the newest patch of a series in the official listing', () => {
  const listing = ['4.4.1', '4.4.10', '4.4.3', '4.5.9']
    .map((v) => `<a href="blender-${v}.sha256">blender-${v}.sha256</a>`)
    .join('\n')
  expect(newestInListing(listing, '4.4')).toBe('4.4.10')
  expect(newestInListing(listing, '4.3')).toBeUndefined()
})

test('a hash in the published list', () => {
  const hash = 'AB'.repeat(32)
  const list = `${'0'.repeat(64)}  blender-4.5.1-macos-arm64.dmg\n${hash}  blender-4.5.1-linux-x64.tar.xz\nnonsense blender-4.5.1-windows-x64.zip\n`
  expect(hashInList(list, 'blender-4.5.1-linux-x64.tar.xz')).toBe(hash.toLowerCase())
  expect(hashInList(list, 'blender-4.5.1-windows-x64.zip')).toBeUndefined()
  expect(hashInList(list, 'blender-4.5.1-windows-arm64.zip')).toBeUndefined()
})
