import { expect, test } from 'vitest'
import { nextSort } from './sort-header.tsx'

test('a column begins in its usual direction and turns round from there', () => {
  expect(nextSort('name', 'created', '-created')).toBe('-created')
  expect(nextSort('-created', 'created', '-created')).toBe('created')
  expect(nextSort('created', 'created', '-created')).toBe('-created')
  expect(nextSort('-created', 'name', 'name')).toBe('name')
  expect(nextSort('name', 'name', 'name')).toBe('-name')
})
