import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeCursor, encodeCursor, toPage } from './cursor.ts'

describe('cursors', () => {
  it('give back every key', () => {
    const part = fc.oneof(fc.string(), fc.integer(), fc.constant(null))
    fc.assert(
      fc.property(fc.array(part), (key) => {
        expect(decodeCursor(encodeCursor(key), key.length)).toEqual(key)
      }),
    )
  })

  it.each(['', '%%%', 'bnVsbA', Buffer.from('{"a":1}').toString('base64url'), encodeCursor(['one', 'two'])])(
    'read %j as no key of one part',
    (cursor) => expect(decodeCursor(cursor, 1)).toBeUndefined(),
  )
})

describe('toPage', () => {
  const rows = ['a', 'b', 'c']
  it('names a next page only when there is one', () => {
    expect(toPage(rows, 3, (row) => [row])).toEqual({ items: rows })
    expect(toPage(rows, 2, (row) => [row])).toEqual({ items: ['a', 'b'], next: encodeCursor(['b']) })
    expect(toPage([], 2, () => [])).toEqual({ items: [] })
  })
})
