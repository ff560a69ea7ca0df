import { expect, test } from 'vitest'
import { BlendPath } from '../path/blend-path.ts'
import { encodePathText } from '../path/path-text.ts'
import { otherViews } from './views.ts'

test.each([
  ['//a_L.png', ['//a_R.png', '//a.png']],
  ['//a_R.png', ['//a_L.png', '//a.png']],
  // Every name ends with nothing, but only when it ends with no other first.
  ['//a.png', ['//a_L.png', '//a_R.png']],
  ['//a_L', []],
])('views beside %s', (path, expected) => {
  const views = otherViews([new BlendPath(encodePathText(path))], ['_L', '_R', ''])
  expect(views.map(String)).toEqual(expected)
})
