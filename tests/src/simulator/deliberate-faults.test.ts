import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { deliberateFaults } from './deliberate-faults.ts'

const modules = join(import.meta.dirname, '../../../modules')
const sources = readdirSync(modules, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.includes('/src/') && path.endsWith('.ts') && !path.endsWith('.test.ts'))
  .map((path) => ({ path, text: readFileSync(join(modules, path), 'utf8') }))

// A part that two statements share makes a fault miss its statement, and only in the schedules that come upon the other.
describe('the statement of a deliberate fault is told from every other one', () => {
  it.each(deliberateFaults.flatMap(({ name, replacements }) => replacements.map((one) => ({ name, ...one }))))(
    '$name: $statement',
    ({ statement }) => {
      const found = sources.filter(({ text }) => text.includes(statement)).map(({ path }) => path)
      expect(found).toHaveLength(1)
    },
  )
})
