import { readFileSync } from 'node:fs'
import { referenceKinds } from '@backlot/blendfile/references/kinds'
import { expect, test } from 'vitest'
import { coveragePage } from './page.ts'
import { readResults, type Results, type Series } from './results.ts'
import { reviewed, type Reviewed } from './reviewed.ts'

const committed = readFileSync(new URL('../../../docs/coverage.md', import.meta.url), 'utf8')
const results: Results = {
  '5.0': {
    blender: '5.0.1',
    peer: { name: 'Other 1.0', equal: { local: 1, packed: 2 } },
    cases: {
      one: { kind: 'image', states: { local: 'equal', linked: 'equal', packed: 'more' } },
      two: { kind: 'image', states: { local: 'equal', linked: 'less', packed: 'more' } },
      new: { kind: 'font', states: { local: 'equal', linked: 'differs', packed: 'equal' } },
    },
  },
  '4.2': {
    blender: '4.2.23',
    cases: {
      one: { kind: 'image', states: { local: 'equal', linked: 'equal' } },
      two: { kind: 'image', states: { local: 'equal', linked: 'equal' } },
    },
  },
}

test('the committed page has every kind of the tracer and every case', () => {
  const kinds = referenceKinds.map(({ kind }) => kind)
  const cases = Object.values(readResults()).flatMap((column) => Object.keys(column.cases))
  expect([...kinds, ...cases].filter((name) => !committed.includes(`\n| \`${name}\` |`))).toEqual([])
})

test('what was reviewed is of a case, a Blender and a way that there is', () => {
  const all = readResults()
  const isThere = ({ case: name, blenders, ways }: Reviewed): boolean =>
    (ways ?? [undefined]).every((way) => {
      const has = (series: Series): boolean => {
        const states = all[series]?.cases[name]?.states
        return states !== undefined && (way === undefined || states[way] !== undefined)
      }
      return blenders ? blenders.every(has) : (Object.keys(all) as Series[]).some(has)
    })
  expect(reviewed.filter((entry) => !isThere(entry))).toEqual([])
})

test('kinds, cases and totals of each Blender and way', () => {
  const lines = coveragePage(results).split('\n')
  expect(lines.filter((line) => /^\| (5\.0\.1|4\.2\.23|`(image|font|one|two|new)`) /.test(line))).toEqual([
    '| 5.0.1 | this tracer | 3 of 3 | 1 of 3 | 1 of 3 |',
    '| 5.0.1 | Other 1.0 | 1 of 3 | 0 of 3 | 2 of 3 |',
    '| 4.2.23 | this tracer | 2 of 2 | 2 of 2 | – |',
    '| `font` | 1 | = | ± | = |  |  |',
    '| `image` | 2 | 2 | 2 −1 | 2 +2 | 2 | 2 |',
    '| `new` | `font` | = | ± | = |  |  |',
    '| `one` | `image` | = | = | + | = | = |',
    '| `two` | `image` | = | − | + | = | = |',
  ])
})
