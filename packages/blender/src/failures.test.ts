import { CodedError } from '@backlot/base/errors'
import { expect, test } from 'vitest'
import { errorFromExit, failureCauseOf } from './failures.ts'

const facts = {
  code: null,
  signal: null,
  crashLog: undefined,
  lastLines: [],
  outOfMemoryKills: 0,
  ranScripts: false,
} as const

test.each([
  ['a segmentation fault', { signal: 'SIGSEGV' }, 'render.crashed', 'crash'],
  ['an exit code', { code: 11 }, 'render.crashed', 'crash'],
  ['an exit code, where scripts were allowed', { code: 0, ranScripts: true }, 'render.script_error', 'script'],
  ['a signal, where scripts were allowed', { signal: 'SIGSEGV', ranScripts: true }, 'render.crashed', 'crash'],
  ['killed by somebody', { signal: 'SIGKILL' }, 'render.crashed', 'crash'],
  [
    'killed by the system for memory',
    { signal: 'SIGKILL', outOfMemoryKills: 1 },
    'render.out_of_memory',
    'out_of_memory',
  ],
  [
    'said that memory ran out',
    { signal: 'SIGABRT', lastLines: ['std::bad_alloc'] },
    'render.out_of_memory',
    'out_of_memory',
  ],
  [
    'said that a licence was not free',
    { code: 1, lastLines: ['Arnold: license checkout failed (-4): all tokens in use'] },
    'render.licence_missing',
    'licence',
  ],
  [
    'no graphics library',
    { signal: 'SIGABRT', lastLines: ["Couldn't open libEGL.so.1"] },
    'blender.library_missing',
    'host',
  ],
] as const)('%s', (_, ended, code, cause) => {
  const error = errorFromExit({ ...facts, ...ended })
  expect(error.code).toBe(code)
  expect(failureCauseOf(error)).toBe(cause)
})

test("what is not known is the host's fault", () => {
  expect(failureCauseOf(new Error('x'))).toBe('host')
  expect(failureCauseOf(new CodedError('something.new', 'x'))).toBe('host')
  expect(failureCauseOf(new CodedError('render.no_camera', 'x'))).toBe('scene')
})
