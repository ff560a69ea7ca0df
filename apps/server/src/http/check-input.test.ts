import { createTree } from '@backlot/contract/schemas/storage'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createCheck } from './check-input.ts'

const check = createCheck(createTree, 'body')
const entry = { path: 'a', sha256: '0'.repeat(64), size: 1 }
const problems = (value: unknown, of = check) =>
  of(value).then(
    () => [],
    ({ code, details }: { code: string; details: { problems: { field: string }[] } }) => {
      expect(code).toBe('request.invalid')
      return details.problems.map(({ field }) => field)
    },
  )

describe('the check of an input', () => {
  it('gives what the schema gives: unknown fields go, defaults come', async () => {
    expect(await check({ entries: [{ ...entry, more: 1 }], other: 2 })).toEqual({ entries: [entry] })
    const page = createCheck(z.object({ limit: z.coerce.number().default(50), tags: z.array(z.string()) }), 'query')
    expect(await page({ tags: ['a', 'b'] })).toEqual({ limit: 50, tags: ['a', 'b'] })
  })

  it('names what is wrong, and of a list the first item alone', async () => {
    expect(await problems({})).toEqual(['body.entries'])
    expect(await problems({ entries: [] })).toEqual(['body.entries'])
    expect(await problems({ entries: [entry, { ...entry, path: '../a', size: -1 }, {}] })).toEqual([
      'body.entries.1.path',
      'body.entries.1.size',
    ])
    expect(await problems({ entries: Array.from({ length: 200_001 }, () => 0) })).toEqual(['body.entries'])
  })

  it('refuses text that no database takes, wherever it is', async () => {
    const any = createCheck(z.object({ a: z.record(z.string(), z.unknown()) }), 'body')
    for (const a of [{ b: 'x\0' }, { b: [{ c: '\ud800' }] }, { 'x\0': 1 }])
      expect((await problems({ a }, any)).map((field) => field.split('.').slice(0, 2).join('.'))).toEqual(['body.a'])
    expect(await problems({ a: { b: '\ud83d\ude00' } }, any)).toEqual([])
    expect(await problems({ entries: [entry, { ...entry, path: 'b\udfff' }] })).toEqual(['body.entries.1.path'])
  })

  it('lets others have their turn while a long list is checked', async () => {
    let turns = 0
    const count = setInterval(() => turns++, 0)
    await check({ entries: Array.from({ length: 100_000 }, (_, n) => ({ ...entry, path: `folder/${n}` })) })
    clearInterval(count)
    expect(turns).toBeGreaterThan(5)
  })
})
