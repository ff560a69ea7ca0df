import { expect, test } from 'vitest'
import { dropJob, type JobPages, putJob } from './patch-jobs.ts'
import { sampleJob } from './testing.ts'

/** Two pages: 9, 8 | 5, 4, and perhaps more. */
function pages(next?: string): JobPages {
  return {
    pages: [
      { items: [sampleJob(9), sampleJob(8)], next: 'a' },
      { items: [sampleJob(5), sampleJob(4)], next },
    ],
    pageParams: [undefined, 'a'],
  }
}
const numbersOf = (list: JobPages) =>
  list.pages.map(({ items }) => items.map(({ name }) => Number(name.slice('shot_'.length))))

test('a known job is replaced where it stands', () => {
  const changed = putJob(pages(), sampleJob(5, { state: 'paused' }), undefined)
  expect(numbersOf(changed)).toEqual([
    [9, 8],
    [5, 4],
  ])
  expect(changed.pages[1]?.items[0]?.state).toBe('paused')
})

test('pages without the job stay the same objects, so that their rows do not render again', () => {
  const before = pages()
  expect(putJob(before, sampleJob(5), undefined).pages[0]).toBe(before.pages[0])
})

test.each([
  [
    10,
    [
      [10, 9, 8],
      [5, 4],
    ],
  ],
  [
    7,
    [
      [9, 8],
      [7, 5, 4],
    ],
  ],
  [
    1,
    [
      [9, 8],
      [5, 4, 1],
    ],
  ],
])('new job %d comes in at its place', (number, expected) => {
  expect(numbersOf(putJob(pages(), sampleJob(number), undefined))).toEqual(expected)
})

test('a job older than what is loaded is left to the page it belongs to', () => {
  expect(numbersOf(putJob(pages('b'), sampleJob(1), undefined))).toEqual([
    [9, 8],
    [5, 4],
  ])
})

test('the first job of an empty list', () => {
  const empty: JobPages = { pages: [{ items: [] }], pageParams: [undefined] }
  expect(numbersOf(putJob(empty, sampleJob(1), undefined))).toEqual([[1]])
})

test('a filtered list loses what no longer belongs and gains what now does', () => {
  expect(numbersOf(putJob(pages(), sampleJob(8, { state: 'completed' }), 'running'))).toEqual([[9], [5, 4]])
  expect(numbersOf(putJob(pages(), sampleJob(7, { state: 'completed' }), 'running'))).toEqual([
    [9, 8],
    [5, 4],
  ])
  expect(numbersOf(putJob(pages(), sampleJob(7), 'running'))).toEqual([
    [9, 8],
    [7, 5, 4],
  ])
})

test('a deleted job goes', () => {
  expect(numbersOf(dropJob(pages(), sampleJob(4).jobId))).toEqual([[9, 8], [5]])
})
