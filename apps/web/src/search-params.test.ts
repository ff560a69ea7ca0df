import { expect, test } from 'vitest'
import { jobSearch, jobsSearch, parseSearch, signInSearch, stringifySearch, workersSearch } from './search-params.ts'

test('an address holds text, not JSON', () => {
  expect(parseSearch('?code=12E4&next=%2Fjobs')).toEqual({ code: '12E4', next: '/jobs' })
  expect(stringifySearch({ code: '12E4', frame: 7, state: undefined })).toBe('?code=12E4&frame=7')
  expect(stringifySearch({ state: undefined })).toBe('')
})

test('what is not understood is left out', () => {
  expect(jobsSearch({ state: 'failed', search: ' x ', sort: '-time' })).toEqual({
    state: 'failed',
    search: 'x',
    sort: '-time',
  })
  expect(jobsSearch({ state: 'nonsense', search: ' ', sort: 'size' })).toEqual({})
  expect(jobSearch({ tab: 'log', frame: '-12' })).toEqual({ tab: 'log', frame: -12 })
  expect(jobSearch({ tab: 'x', frame: '1e9' })).toEqual({ tab: undefined, frame: undefined })
  expect(workersSearch({ sort: '-lastSeen' })).toEqual({ sort: '-lastSeen' })
  expect(workersSearch({ sort: 'size' })).toEqual({ sort: undefined })
})

test.each(['https://elsewhere.example', '//elsewhere.example', '/\\elsewhere.example', 'jobs'])(
  'signing in never leads to %s',
  (next) => {
    expect(signInSearch({ next })).toEqual({ next: undefined })
  },
)
