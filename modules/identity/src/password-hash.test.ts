import { describe, expect, it } from 'vitest'
import { hashPassword, verifyPassword } from './password-hash.ts'

// Slow on purpose: scrypt takes half a second on a free core, and a test machine's cores are not free.
describe.each(['argon2id', 'scrypt'])('%s', { timeout: 60_000 }, (algorithm) => {
  it('verifies the password and no other', async () => {
    const stored = await hashPassword('correct horse battery', algorithm)
    expect(stored).toMatch(new RegExp(`^\\$${algorithm}\\$`))
    expect(await verifyPassword('correct horse battery', stored)).toBe(true)
    expect(await verifyPassword('correct horse batterz', stored)).toBe(false)
    expect(await verifyPassword('', stored)).toBe(false)
  })

  it('salts', async () => {
    expect(await hashPassword('same', algorithm)).not.toBe(await hashPassword('same', algorithm))
  })

  it('takes both ways of writing an accent for the same password', async () => {
    expect(await verifyPassword('cafe\u0301 noir', await hashPassword('caf\u00e9 noir', algorithm))).toBe(true)
  })
})

it('reads a hash that another Argon2 made', async () => {
  // printf '%s' password | argon2 somesalt -id -t 2 -k 65536 -p 1 -l 32 -e
  const stored = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'
  expect(await verifyPassword('password', stored)).toBe(true)
})

it.each(['', 'plain', '$argon2id$v=19$m=1$x$y', '$2b$10$abc'])('does not take %j for a hash', async (stored) => {
  expect(await verifyPassword('plain', stored)).toBe(false)
})
