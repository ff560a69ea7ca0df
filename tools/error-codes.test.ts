import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { errorTable, isErrorCode } from '../packages/contract/src/errors.ts'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What is delivered, without tests and the table itself: `[path, text]`. */
const sources = globSync('{apps,modules,packages}/**/*.{ts,tsx,py}', {
  cwd: root,
  exclude: ['**/node_modules', '**/dist', '**/testing', '**/*.test.ts', 'packages/contract/src/errors.ts'],
}).map((path) => [path, readFileSync(`${root}/${path}`, 'utf8')] as const)

it('every code that is thrown stands in the table', () => {
  const unknown = sources.flatMap(([path, text]) =>
    [...text.matchAll(/new (?:CodedError|BlendFileError)(?:<[^>]*>)?\(\s*'([^']+)'/g)]
      .filter(([, code = '']) => !isErrorCode(code))
      .map(([, code]) => `${path}: ${code}`),
  )
  expect(unknown).toEqual([])
})

it('every code of the table is used', () => {
  const text = sources.map(([, each]) => each).join('\n')
  expect(Object.keys(errorTable).filter((code) => !text.includes(`'${code}'`))).toEqual([])
})
