import { describe, expect, it } from 'vitest'
import { requireStrongPassword } from './password-strength.ts'

const person = { email: 'ada.lovelace@example.org', name: 'Ada Lovelace' }

describe('requireStrongPassword', () => {
  it.each([
    'aaaaaaaaaaaa',
    'abababababab',
    'password1234',
    'Passwort2026!',
    '123456789012',
    'abcdefghijklm',
    'ponmlkjihgfe',
    'qwertyuiop12',
    'ada.lovelace1',
    'Lovelace!!2026',
    'blender-blender',
    'backlot studio',
  ])('refuses %s', (password) => {
    expect(() => requireStrongPassword(password, person)).toThrow('too weak')
  })

  it.each([
    'correct horse battery',
    'my blender loves donuts',
    'backlot development',
    'x7#Kq9!vL2mZ',
    'пароль длинный вполне',
    '正確な馬のバッテリーステープル',
  ])('takes %s', (password) => expect(() => requireStrongPassword(password, person)).not.toThrow())
})
