import { expect, it } from 'vitest'
import { nameOf } from './render-frames.ts'

const device = (type: string, ...names: string[]) => ({ type, names, requested: 'auto', fallback: null })

it('names devices, equal ones once, as long as the server takes', () => {
  expect(nameOf(device('OPENGL'))).toBe('OPENGL')
  expect(nameOf(device('OPTIX', 'RTX A', 'RTX B', 'RTX A'))).toBe('OPTIX 2 × RTX A RTX B')
  const many = Array.from({ length: 30 }, (_, index) => `Graphics card ${index}`)
  expect(nameOf(device('HIP', ...many))).toHaveLength(200)
})
