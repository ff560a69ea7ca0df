import { createHash, randomBytes } from 'node:crypto'

/** What a secret is, told by how it begins: people see what they hold, and scanners find one that leaked. */
export const tokenPrefixes = {
  session: 'bks_',
  personal: 'bkp_',
  workerJoin: 'bkw_',
  workerCredential: 'bkc_',
  workerAccess: 'bka_',
  setup: 'bku_',
  device: 'bkd_',
} as const
export type TokenKind = keyof typeof tokenPrefixes

/** A new secret of 256 random bits. */
export function newToken(kind: TokenKind): string {
  return tokenPrefixes[kind] + randomBytes(32).toString('base64url')
}

export function isToken(kind: TokenKind, text: string): boolean {
  return text.startsWith(tokenPrefixes[kind]) && text.length <= 200
}

/**
 * What is kept instead of a secret: SHA-256, hexadecimal. Enough for 256 random bits (a password needs a slow hash).
 * Looking a hash up in an index tells an attacker nothing about the secret by its timing.
 */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
