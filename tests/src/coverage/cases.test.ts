import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { referenceKinds } from '@backlot/blendfile/references/kinds'
import { expect, test } from 'vitest'
import { kindsWithoutCase } from './page.ts'

const folder = fileURLToPath(new URL('../../python/dependencies', import.meta.url))
const declared = new Set(
  globSync(`${folder}/*.py`).flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/^@case\('(\w+)'/gm)].map(([, kind]) => kind as string),
  ),
)
const kinds = new Set(referenceKinds.map(({ kind }) => kind))

test('a dependency case is of a kind that the tracer knows', () => {
  expect([...declared].filter((kind) => !kinds.has(kind))).toEqual([])
})

test('every kind of the tracer has a case, or a reason to have none', () => {
  const has = (kind: string): boolean => declared.has(kind) !== kind in kindsWithoutCase
  expect([...kinds].filter((kind) => !has(kind))).toEqual([])
  expect(Object.keys(kindsWithoutCase).filter((kind) => !kinds.has(kind))).toEqual([])
})
