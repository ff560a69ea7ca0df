import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { submitCommand } from './submit-command.ts'

it('is readable where it can be', () => {
  expect(submitCommand('film/shots/010.blend')).toBe('./backlot submit film/shots/010.blend')
  expect(submitCommand('a b.blend', { scene: "Ada's" })).toBe(`./backlot submit 'a b.blend' --scene 'Ada'\\''s'`)
  expect(submitCommand('-v.blend')).toBe('./backlot submit ./-v.blend')
})

it('is the same words for a shell, whatever a file is called', () => {
  const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => !/[\0/]/.test(text))
  fc.assert(
    fc.property(name, name, (file, scene) => {
      const words = submitCommand(`film/${file}`, { scene }).replace('./backlot', `printf '%s\\0'`)
      expect(execFileSync('sh', ['-c', words], { encoding: 'utf8' })).toBe(`submit\0film/${file}\0--scene\0${scene}\0`)
    }),
    { numRuns: 100 },
  )
})
