import { ApiError } from '@backlot/contract/client'
import { expect, test } from 'vitest'
import { isMissingCode, shownError } from './errors.ts'

test.each([
  'Unable to preload CSS for /assets/workers-page-x.css',
  'Failed to fetch dynamically imported module: http://127.0.0.1/assets/x.js',
  'error loading dynamically imported module: http://127.0.0.1/assets/x.js',
  'Importing a module script failed.',
])('"%s" is code that did not come, told in plain words', (message) => {
  expect(isMissingCode(new Error(message))).toBe(true)
  expect(shownError(new Error(message))).toMatchObject({ code: 'network.unreachable' })
  expect(shownError(new Error(message)).message).not.toContain('assets')
})

test('an answer of the server is shown as it is, anything else as a fault of ours', () => {
  expect(shownError(new ApiError('job.not_found', 'No such job.'))).toMatchObject({ message: 'No such job.' })
  expect(isMissingCode(new ApiError('network.unreachable', 'away'))).toBe(false)
  expect(shownError(new Error('x is undefined'))).toMatchObject({ code: 'server.internal', message: 'x is undefined' })
})
