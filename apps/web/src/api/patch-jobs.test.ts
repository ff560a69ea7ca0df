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
const now = Date.UTC(2026, 1, 1)
const numbersOf = (list: JobPages) =>
  list.pages.map(({ items }) => items.map(({ name }) => Number(name.slice('shot_'.length))))

test('a known job is replaced where it stands', () => {
  const changed = putJob(pages(), sampleJob(5, { state: 'paused' }), {}, now)
  expect(numbersOf(changed)).toEqual([
    [9, 8],
    [5, 4],
  ])
  expect(changed.pages[1]?.items[0]?.state).toBe('paused')
})

test('pages without the job stay the same objects, so that their rows do not render again', () => {
  const before = pages()
  expect(putJob(before, sampleJob(5), {}, now).pages[0]).toBe(before.pages[0])
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
  expect(numbersOf(putJob(pages(), sampleJob(number), {}, now))).toEqual(expected)
})

test('a job older than what is loaded is left to the page it belongs to', () => {
  expect(numbersOf(putJob(pages('b'), sampleJob(1), {}, now))).toEqual([
    [9, 8],
    [5, 4],
  ])
})

test('the first job of an empty list', () => {
  const empty: JobPages = { pages: [{ items: [] }], pageParams: [undefined] }
  expect(numbersOf(putJob(empty, sampleJob(1), {}, now))).toEqual([[1]])
})

test('a filtered list loses what no longer belongs and gains what now does', () => {
  expect(numbersOf(putJob(pages(), sampleJob(8, { state: 'completed' }), { state: 'running' }, now))).toEqual([
    [9],
    [5, 4],
  ])
  expect(numbersOf(putJob(pages(), sampleJob(7, { state: 'completed' }), { state: 'running' }, now))).toEqual([
    [9, 8],
    [5, 4],
  ])
  expect(numbersOf(putJob(pages(), sampleJob(7), { state: 'running' }, now))).toEqual([
    [9, 8],
    [7, 5, 4],
  ])
})

test('a job that changed moves to where its list has it', () => {
  const frames = { total: 10, completed: 7, failed: 0 }
  const filter = { sort: '-frames' } as const
  expect(numbersOf(putJob(pages(), sampleJob(5, { frames }), filter, now))).toEqual([[5, 9, 8], [4]])
  // The last of what is loaded: the rest of the list may have jobs that come before it.
  const least = sampleJob(9, { frames: { total: 10, completed: 0, failed: 0 } })
  const busy: JobPages = { pages: [{ items: [least, sampleJob(8, { frames })], next: 'b' }], pageParams: [undefined] }
  expect(numbersOf(putJob(busy, least, filter, now))).toEqual([[8]])
})

test('a deleted job goes', () => {
  expect(numbersOf(dropJob(pages(), sampleJob(4).jobId))).toEqual([[9, 8], [5]])
})
