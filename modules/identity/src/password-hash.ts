import * as crypto from 'node:crypto'
import { promisify } from 'node:util'

/**
 * Password hashes as OWASP recommends, in the PHC string format, so that a stored hash says how it was made.
 * Argon2id with 19 MiB and two passes (30 ms on one core); where Node lacks it (before 24.7), scrypt with 128 MiB.
 */
const argon2 = { memory: 19_456, passes: 2, parallelism: 1 }
const scrypt = { ln: 17, r: 8, p: 1 }
const hashBytes = 32
const saltBytes = 16

/** Missing in Node 24.0 to 24.6. */
const runArgon2: typeof crypto.argon2 | undefined = crypto.argon2
const runScrypt = promisify<string, Uint8Array, number, crypto.ScryptOptions, Buffer>(crypto.scrypt)

export async function hashPassword(password: string, algorithm = runArgon2 ? 'argon2id' : 'scrypt'): Promise<string> {
  const salt = crypto.randomBytes(saltBytes)
  if (algorithm === 'argon2id') {
    const { memory, passes, parallelism } = argon2
    const hash = await argon2id(password, salt, memory, passes, parallelism)
    return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${encode(salt)}$${encode(hash)}`
  }
  const { ln, r, p } = scrypt
  return `$scrypt$ln=${ln},r=${r},p=${p}$${encode(salt)}$${encode(await scryptHash(password, salt, ln, r, p))}`
}

/** Whether the password made this hash. False for anything that is not a hash of ours. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const argon = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(stored)
  const other = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(stored)
  const match = argon ?? other
  if (match === null) return false
  const [first, second, third] = match.slice(1, 4).map(Number) as [number, number, number]
  const [salt, expected] = match.slice(4).map((text) => Buffer.from(text, 'base64')) as [Buffer, Buffer]
  const found = await (argon ? argon2id : scryptHash)(password, salt, first, second, third)
  return found.length === expected.length && crypto.timingSafeEqual(found, expected)
}

function argon2id(
  password: string,
  salt: Buffer,
  memory: number,
  passes: number,
  parallelism: number,
): Promise<Buffer> {
  if (runArgon2 === undefined) throw new Error('This Node has no Argon2: the password was set with a newer one.')
  const options = {
    message: password.normalize('NFKC'),
    nonce: salt,
    parallelism,
    tagLength: hashBytes,
    memory,
    passes,
  }
  return promisify<crypto.Argon2Algorithm, crypto.Argon2Parameters, Buffer>(runArgon2)('argon2id', options)
}

function scryptHash(password: string, salt: Buffer, ln: number, r: number, p: number): Promise<Buffer> {
  const N = 2 ** ln
  return runScrypt(password.normalize('NFKC'), salt, hashBytes, { N, r, p, maxmem: 256 * N * r })
}

function encode(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '')
}
