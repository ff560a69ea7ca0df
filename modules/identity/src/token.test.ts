import { describe, expect, it } from 'vitest'
import { hashOf, isToken, newToken, tokenPrefixes, type TokenKind } from './token.ts'

const kinds = Object.keys(tokenPrefixes) as TokenKind[]

describe('tokens', () => {
  it('say what they are, and are never the same', () => {
    for (const kind of kinds) {
      const token = newToken(kind)
      expect(token).toMatch(/^bk[a-z]_[A-Za-z0-9_-]{43}$/)
      expect(kinds.filter((other) => isToken(other, token))).toEqual([kind])
      expect(newToken(kind)).not.toBe(token)
    }
  })

  it('hash to hexadecimal that differs from the secret', () => {
    expect(hashOf('bkp_x')).toMatch(/^[0-9a-f]{64}$/)
  })
})
