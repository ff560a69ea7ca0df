import { slug } from '@backlot/contract/schemas/identity'
import { expect, test } from 'vitest'
import { slugOf } from './slug-of.ts'

test.each([
  ['Grüne Wiese Films', 'grune-wiese-films'],
  ['  3 & Co. ', '3-co'],
  ['映画', 'studio'],
  ['x'.repeat(39) + ' y', 'x'.repeat(39)],
])('%s becomes %s', (name, expected) => {
  expect(slugOf(name)).toBe(expected)
  expect(slug.safeParse(expected).success).toBe(true)
})
