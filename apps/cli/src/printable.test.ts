import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { printable, printableText } from './printable.ts'

describe('printable', () => {
  it.each([
    ['wood.png', 'wood.png'],
    ['椅子 😀 café.png', '椅子 😀 café.png'],
    ['a\u001b[2J.png', 'a\\x1b[2J.png'],
    ['a\u001b]0;title\u0007', 'a\\x1b]0;title\\x07'],
    ['a\u009b31m', 'a\\x9b31m'],
    ['two\nlines\tand\r', 'two\\nlines\\tand\\r'],
    ['M\udcf6bel.png', 'M\\xf6bel.png'],
    ['photo\u202egnp.exe', 'photo\\u202egnp.exe'],
  ])('%j → %s', (text, shown) => expect(printable(text)).toBe(shown))

  it('leaves nothing that a terminal obeys, whatever the name', () => {
    const units = fc.array(fc.integer({ min: 0, max: 0xffff })).map((codes) => String.fromCharCode(...codes))
    fc.assert(
      fc.property(units, (name) => {
        const shown = printable(name)
        expect(shown).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u)
        expect(shown.isWellFormed()).toBe(true)
      }),
    )
  })
})

it('text keeps its lines and our colours, and nothing else that a terminal obeys', () => {
  expect(printableText('\u001b[31mmissing\u001b[39m\ta\n\u001b[2Jb\u0007')).toBe(
    '\u001b[31mmissing\u001b[39m\ta\n\\x1b[2Jb\\x07',
  )
})
