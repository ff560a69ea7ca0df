import { expect, test } from 'vitest'
import { livenessAfter } from './hub.ts'

test('a lost connection stays lost while it is tried again', () => {
  expect(livenessAfter('connecting', 'online')).toBe('live')
  expect(livenessAfter('live', 'offline')).toBe('lost')
  expect(livenessAfter('lost', 'connecting')).toBe('lost')
  expect(livenessAfter('lost', 'online')).toBe('live')
})
