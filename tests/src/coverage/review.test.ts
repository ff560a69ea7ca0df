import { describe, expect, test } from 'vitest'
import type { Difference } from './compare.ts'
import { Review, type Site } from './review.ts'
import type { Reviewed } from './reviewed.ts'

const site: Site = { case: 'a', series: '5.0', way: 'local' }
const linked: Site = { ...site, way: 'linked' }
const old: Site = { ...site, series: '3.4' }
const entry: Reviewed = { case: 'a', more: 'tracer', paths: ['x'], reason: 'because' }
const difference: Difference = { more: 'tracer', path: 'x', lists: ['needed', 'all'] }

describe('judge', () => {
  test('what is reviewed is explained', () => {
    expect(new Review([entry]).judge(site, [difference])).toEqual({ unexplained: [], state: 'more' })
    expect(new Review([entry]).judge(site, [])).toEqual({ unexplained: [], state: 'equal' })
  })

  test.each<[string, Reviewed, Site]>([
    ['another case', { ...entry, case: 'b' }, site],
    ['another path', { ...entry, paths: ['y'] }, site],
    ['the other side', { ...entry, more: 'blender' }, site],
    ['another Blender', { ...entry, blenders: ['3.4'] }, site],
    ['another way', { ...entry, ways: ['local'] }, linked],
    ['only one of the lists', { ...entry, list: 'all' }, site],
  ])('an entry of %s explains nothing', (_, table, where) => {
    expect(new Review([table]).judge(where, [difference]).unexplained).toEqual([difference])
  })

  test('what differs only in other lists has an entry for each', () => {
    const two: Difference = { ...difference, lists: ['own', 'users'] }
    expect(new Review([entry]).judge(site, [two]).unexplained).toEqual([two])
    const own: Reviewed = { ...entry, list: 'own' }
    expect(new Review([own]).judge(site, [two]).unexplained).toEqual([two])
    expect(new Review([own, { ...entry, list: 'users' }]).judge(site, [two]).unexplained).toEqual([])
  })

  test('a state says which side has more', () => {
    const less: Difference = { ...difference, more: 'blender', path: 'y' }
    expect(new Review([]).judge(site, [less]).state).toBe('less')
    expect(new Review([]).judge(site, [less, difference]).state).toBe('differs')
  })
})

describe('stale', () => {
  test('an entry is stale wherever it claims a difference that is not there', () => {
    const review = new Review([{ ...entry, paths: ['x', 'y'] }])
    review.judge(site, [difference, { ...difference, path: 'y' }])
    expect(review.stale()).toEqual([])
    review.judge(linked, [difference])
    expect(review.stale()).toEqual(['a of 5.0, linked: y no longer differs'])
  })

  test('what an entry does not claim, and Blenders that are not at hand, do not count', () => {
    const review = new Review([{ ...entry, blenders: ['5.0', '4.2'], ways: ['local'] }])
    review.judge(site, [difference])
    review.judge(linked, [])
    review.judge(old, [])
    expect(review.stale()).toEqual([])
  })
})
