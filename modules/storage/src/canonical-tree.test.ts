import { isTreePath } from '@backlot/contract/schemas/common'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalTree, parseCanonicalTree } from './canonical-tree.ts'

const sha256 = fc.stringMatching(/^[0-9a-f]{64}$/)
const size = fc.nat()
const name = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' })
const path = fc
  .array(name, { minLength: 1, maxLength: 4 })
  .map((names) => names.join('/'))
  .filter(isTreePath)
const entries = fc
  .uniqueArray(fc.record({ path, sha256, size }), { selector: (entry) => entry.path, minLength: 1, maxLength: 20 })
  .filter((all) => all.every((a) => all.every((b) => !b.path.startsWith(`${a.path}/`))))

describe('canonicalTree', () => {
  it('is the same for every order of its files, and can be read back', () => {
    fc.assert(
      fc.property(entries, (all) => {
        const tree = canonicalTree(all)
        expect(canonicalTree(all.toReversed())).toMatchObject({ treeId: tree.treeId, files: all.length })
        expect(parseCanonicalTree(tree.text.toString())).toEqual(tree.entries)
        expect(tree.bytes).toBe(all.reduce((sum, entry) => sum + entry.size, 0))
      }),
    )
  })

  it('has another id when anything in it differs', () => {
    fc.assert(
      fc.property(entries, fc.nat(), (all, at) => {
        const changed = all.with(at % all.length, { ...(all[at % all.length] as (typeof all)[0]), size: -1 })
        expect(canonicalTree(changed).treeId).not.toBe(canonicalTree(all).treeId)
      }),
    )
  })

  it.each([
    '../up',
    'a/../b',
    '/etc/passwd',
    'C:/windows',
    'C:windows',
    'a\\b',
    'a//b',
    'a/',
    '.',
    'a/./b',
    'nul\0',
    'line\nbreak',
    '\ud800half',
    `${'ä'.repeat(128)}`,
    `${'a/'.repeat(520)}b`,
  ])('refuses the path %j', (path) => {
    expect(() => canonicalTree([{ path, sha256: 'a'.repeat(64), size: 1 }])).toThrow(
      expect.objectContaining({ code: 'tree.invalid_path' }),
    )
  })

  it('refuses a path twice, and a file that is also a folder; case alone makes two files', () => {
    const tree = (...paths: string[]) => canonicalTree(paths.map((path) => ({ path, sha256: 'a'.repeat(64), size: 1 })))
    expect(() => tree('a', 'b', 'a')).toThrow('twice')
    expect(() => tree('a', 'a-b', 'a/b')).toThrow('folder')
    expect(() => tree('x/y/z', 'x/y')).toThrow('folder')
    expect(tree('Wood.png', 'wood.png', 'a/b', 'a/c', 'a-b').files).toBe(5)
  })
})
