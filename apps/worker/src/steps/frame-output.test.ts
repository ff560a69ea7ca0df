import { expect, it } from 'vitest'
import { nameOf, warningsOf } from './frame-output.ts'

const device = (type: string, ...names: string[]) => ({ type, names, requested: 'auto', fallback: null })

it('names devices, equal ones once, as long as the server takes', () => {
  expect(nameOf(device('OPENGL'))).toBe('OPENGL')
  expect(nameOf(device('OPTIX', 'RTX A', 'RTX B', 'RTX A'))).toBe('OPTIX 2 × RTX A RTX B')
  const many = Array.from({ length: 30 }, (_, index) => `Graphics card ${index}`)
  expect(nameOf(device('HIP', ...many))).toHaveLength(200)
})

it('warns of pixels that are no numbers, before anything else, and takes no picture of them alone', () => {
  const seen = { black: true, transparent: false }
  expect(warningsOf(7, { ...seen, notFinite: { pixels: 0, of: 32, layer: 'View' } })).toEqual(['black'])
  expect(warningsOf(7, { ...seen, notFinite: { pixels: 3, of: 32, layer: null } })).toEqual([
    '3 of 32 pixels are NaN or infinite',
  ])
  expect(warningsOf(7, { ...seen, notFinite: { pixels: 3, of: 32, layer: 'View' } })).toEqual([
    '3 of 32 pixels of the layer View are NaN or infinite',
  ])
  expect(() => warningsOf(7, { ...seen, notFinite: { pixels: 32, of: 32, layer: 'View' } })).toThrow(
    'Frame 7 is no picture: every pixel of the layer View is infinite or not a number (NaN).',
  )
})
