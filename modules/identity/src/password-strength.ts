import { CodedError } from '@backlot/base/errors'

/** Long passwords that everybody tries first: length alone (the contract asks for 12) does not save them. */
const common = [
  'password',
  'passwort',
  'motdepasse',
  'letmein',
  'iloveyou',
  'welcome',
  'qwertyuiop',
  'qwertzuiop',
  'azertyuiop',
  'asdfghjkl',
  '1q2w3e4r5t6y',
  'administrator',
  'changeme',
  'blender',
  'backlot',
  'studio',
  'secret',
]
const runs = ['abcdefghijklmnopqrstuvwxyz', '01234567890123456789', 'qwertyuiopasdfghjklzxcvbnm']

/** Throws `auth.weak_password` with the reason. Length was checked by the contract. */
export function requireStrongPassword(password: string, person: { email: string; name: string }): void {
  const reason = weakness(password.toLowerCase(), person)
  if (reason !== undefined) throw new CodedError('auth.weak_password', `The password is too weak: ${reason}.`)
}

function weakness(password: string, { email, name }: { email: string; name: string }): string | undefined {
  if (new Set(password).size < 5) return 'it repeats few characters'
  const own = [email, email.split('@')[0] ?? '', ...name.split(/\s+/)].map((word) => word.toLowerCase())
  const remainder = [...common, ...own]
    .filter((word) => word.length >= 3)
    .toSorted((a, b) => b.length - a.length)
    .reduce((text, word) => text.replaceAll(word, ''), password)
  // What is left beside known words must still be something to guess.
  if (remainder.length < password.length && remainder.replaceAll(/[\d\W_]/g, '').length < 4) {
    return 'it is a common word or a name of yours with little beside it'
  }
  const letters = password.replaceAll(/[^a-z0-9]/g, '')
  const backwards = [...letters].toReversed().join('')
  if (letters !== '' && runs.some((run) => run.includes(letters) || run.includes(backwards)))
    return 'it is a row of keys'
  return undefined
}
