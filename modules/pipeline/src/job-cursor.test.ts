import { expect, it } from 'vitest'
import { type JobCursor, readJobCursor, writeJobCursor } from './job-cursor.ts'

const cursor: JobCursor = {
  sort: '-time',
  key: 0.1 + 0.2,
  jobId: '01890000-0000-7000-8000-000000000001',
  at: new Date('2026-01-02T03:04:05.678Z'),
}

it('comes back as it was, to the last digit', () => {
  expect(readJobCursor(writeJobCursor(cursor), '-time')).toEqual(cursor)
})

it('keeps the longest name of a job within what a cursor may have', () => {
  expect(writeJobCursor({ ...cursor, sort: 'name', key: 'ü'.repeat(200) }).length).toBeLessThan(1024)
})

it.each([
  ['of a list in another order', writeJobCursor({ ...cursor, sort: 'time' })],
  ['that is none', 'x'],
  ['with a key of another kind', writeJobCursor({ ...cursor, key: 'x' })],
  [
    'of a time that no database has',
    Buffer.from(`["-time",1,"${cursor.jobId}","0000-01-01T00:00:00.000Z"]`).toString('base64url'),
  ],
  ['without an id', Buffer.from('["-time",1,"",""]').toString('base64url')],
])('refuses one %s', (_, text) => {
  expect(() => readJobCursor(text, '-time')).toThrow('The cursor is not one of this list.')
})

it('refuses a name that no database takes', () => {
  const text = writeJobCursor({ ...cursor, sort: 'name', key: 'a\0' })
  expect(() => readJobCursor(text, 'name')).toThrow('The cursor is not one of this list.')
})
