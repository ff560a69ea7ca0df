import { describe, expect, it } from 'vitest'
import { hasEntityTag, parseByteRange } from './byte-range.ts'

describe('parseByteRange', () => {
  it.each([
    ['bytes=0-0', { start: 0, end: 1 }],
    ['bytes=10-19', { start: 10, end: 20 }],
    ['bytes=10-', { start: 10, end: 100 }],
    ['bytes=90-500', { start: 90, end: 100 }],
    ['bytes=-5', { start: 95, end: 100 }],
    ['bytes=-500', { start: 0, end: 100 }],
  ])('reads %s', (header, range) => expect(parseByteRange(header, 100)).toEqual(range))

  it.each([undefined, 'bytes=', 'bytes=-', 'bytes=5-2', 'bytes=0-1,4-5', 'pages=1-2', 'bytes=a-b'])(
    'sends the whole for %s',
    (header) => expect(parseByteRange(header, 100)).toBeUndefined(),
  )

  it.each(['bytes=100-', 'bytes=100-200', 'bytes=-0'])('can not satisfy %s', (header) =>
    expect(() => parseByteRange(header, 100)).toThrow(
      expect.objectContaining({ code: 'request.range_not_satisfiable' }),
    ),
  )
})

describe('hasEntityTag', () => {
  it('finds a tag in a list, a weak one too, and * means any', () => {
    expect(['"a"', 'W/"a"', '"b", "a"', '*'].map((header) => hasEntityTag(header, '"a"'))).toEqual([
      true,
      true,
      true,
      true,
    ])
    expect([undefined, '"b"', 'a'].map((header) => hasEntityTag(header, '"a"'))).toEqual([false, false, false])
  })
})
