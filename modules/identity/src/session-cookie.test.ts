import { expect, it } from 'vitest'
import { readSessionCookie, writeSessionCookie } from './session-cookie.ts'

it('is out of reach for scripts and foreign pages', () => {
  expect(writeSessionCookie('bks_x', 60, true)).toBe(
    'backlot_session=bks_x; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure',
  )
  expect(writeSessionCookie('', 0, false)).not.toContain('Secure')
})

it.each([
  [undefined, undefined],
  ['', undefined],
  ['other=1', undefined],
  ['backlot_session=', undefined],
  ['not_backlot_session=bks_a', undefined],
  ['a=1; backlot_session=bks_a-b_c; b=2', 'bks_a-b_c'],
])('reads %j as %j', (header, value) => expect(readSessionCookie(header)).toBe(value))
