import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BlendPath } from './blend-path.ts'
import { encodePathText } from './path-text.ts'
import { relativePath } from './relative-path.ts'
import { resolvePath } from './resolve-path.ts'

test.each([
  ['/job/tex/a.png', '/job/shots/s.blend', 'posix', '//../tex/a.png'],
  ['/job/shots/a.png', '/job/shots/s.blend', 'posix', '//a.png'],
  ['/job/shots', '/job/shots/s.blend', 'posix', '//../shots'],
  ['C:\\job\\tex\\a.png', 'c:\\Job\\s.blend', 'windows', '//tex/a.png'],
  ['D:\\tex\\a.png', 'C:\\job\\s.blend', 'windows', undefined],
  ['\\\\nas\\films\\a.png', '\\\\nas\\films\\shots\\s.blend', 'windows', '//../a.png'],
] as const)('%s from %s (%s): %s', (path, blend, style, stored) => {
  expect(relativePath(path, blend, style)).toBe(stored)
})

test('leads back to where it came from', () => {
  // A backslash is a letter in a POSIX name, but in a .blend it parts folders.
  const name = fc
    .string({ minLength: 1, maxLength: 8 })
    .filter((text) => !/[\\/:\0]/.test(text) && !/^\.{1,2}$/.test(text))
  const names = fc.array(name, { minLength: 1, maxLength: 5 })
  const styles = fc.constantFrom(['posix', '/', '/'] as const, ['windows', 'C:\\', '\\'] as const)
  fc.assert(
    fc.property(names, names, styles, (target, blend, [style, root, slash]) => {
      const [path, blendPath] = [root + target.join(slash), root + blend.join(slash)]
      const stored = new BlendPath(encodePathText(relativePath(path, blendPath, style)!))
      const found = resolvePath(stored, blendPath, style)
      // Names that differ only by case are one on Windows.
      const comparable = (text: string) => (style === 'windows' ? text.toLowerCase() : text)
      expect(comparable(found)).toBe(comparable(path))
    }),
  )
})
