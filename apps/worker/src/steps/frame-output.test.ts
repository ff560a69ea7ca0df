import { expect, it } from 'vitest'
import { nameOf, viewsNotKept } from './frame-output.ts'

const device = (type: string, ...names: string[]) => ({ type, names, requested: 'auto', fallback: null })

it('names devices, equal ones once, as long as the server takes', () => {
  expect(nameOf(device('OPENGL'))).toBe('OPENGL')
  expect(nameOf(device('OPTIX', 'RTX A', 'RTX B', 'RTX A'))).toBe('OPTIX 2 × RTX A RTX B')
  const many = Array.from({ length: 30 }, (_, index) => `Graphics card ${index}`)
  expect(nameOf(device('HIP', ...many))).toHaveLength(200)
})

it('says which views of a frame are not kept', () => {
  expect(viewsNotKept({ frame: 7, files: ['/out/f_0007.png'] })).toBeUndefined()
  expect(viewsNotKept({ frame: 7, files: ['/out/f_0007_L.png', '/out/f_0007_R.png'] })).toContain(
    'only f_0007_L.png is kept, not f_0007_R.png',
  )
})
