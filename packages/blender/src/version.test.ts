import { expect, test } from 'vitest'
import { compareVersions, headerNumber, parseVersion, seriesOf } from './version.ts'

test.each([
  ['Blender 3.4.1', { major: 3, minor: 4, patch: 1 }],
  ['Blender 4.2.3 LTS', { major: 4, minor: 2, patch: 3 }],
  ['5.0', { major: 5, minor: 0, patch: undefined }],
  ['4.5.15', { major: 4, minor: 5, patch: 15 }],
  ['Blender 2.93', { major: 2, minor: 93, patch: undefined }],
  ['blender', undefined],
  ['4.5.15/../..', undefined],
])('%s', (text, version) => expect(parseVersion(text)).toEqual(version))

test('header numbers, series and order', () => {
  expect(headerNumber({ major: 4, minor: 5, patch: 15 })).toBe(405)
  expect(seriesOf('4.5.15')).toBe('4.5')
  expect(['5.0.1', '4.5.2', '4.5.15', '5.0'].toSorted(compareVersions)).toEqual(['4.5.2', '4.5.15', '5.0', '5.0.1'])
})
