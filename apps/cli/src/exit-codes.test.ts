import { errorTable, type ErrorCode } from '@backlot/contract/errors'
import { expect, it } from 'vitest'
import { exitCodeOf } from './exit-codes.ts'

it.each([
  ['auth.required', 3],
  ['auth.forbidden', 3],
  ['host.no_permission', 3],
  ['job.not_found', 4],
  ['submit.file_not_found', 4],
  ['network.unreachable', 5],
  ['cli.not_running', 5],
  ['cli.usage', 2],
  ['request.invalid', 2],
  ['submit.invalid_frames', 2],
  ['submit.missing_files', 1],
  ['job.illegal_transition', 1],
  ['server.internal', 1],
  ['cli.interrupted', 130],
] as const)('%s ends a command with %i', (code, exit) => {
  expect(exitCodeOf(code, errorTable[code].kind)).toBe(exit)
})

it('no error ends a command with 0 or with a code of its own', () => {
  for (const code of Object.keys(errorTable) as ErrorCode[])
    expect([1, 2, 3, 4, 5, 130]).toContain(exitCodeOf(code, errorTable[code].kind))
})
