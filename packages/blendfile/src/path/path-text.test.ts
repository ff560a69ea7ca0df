import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodePathBytes, encodePathText, hasEscapedBytes } from './path-text.ts'

test('any bytes survive being text', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const text = decodePathBytes(bytes)
      expect(encodePathText(text)).toEqual(bytes)
      expect(encodePathText(JSON.parse(JSON.stringify(text)) as string)).toEqual(bytes)
    }),
  )
})

test('UTF-8 is itself, other bytes are escaped as Python escapes them', () => {
  expect(decodePathBytes(new TextEncoder().encode('//Möbel/椅子.png'))).toBe('//Möbel/椅子.png')
  const latin1 = Uint8Array.of(0x4d, 0xf6, 0x62)
  expect(decodePathBytes(latin1)).toBe('M\udcf6b')
  expect(hasEscapedBytes('M\udcf6b')).toBe(true)
  expect(hasEscapedBytes('Möb 🎬')).toBe(false)
})
