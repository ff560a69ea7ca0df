import { expect, it } from 'vitest'
import { readJobId, readTokenId } from './job-id.ts'

const id = '01a1fcb3-52eb-7f72-8ed5-0ab5f6d1379b'

it('takes an id however it is written', () => {
  expect(readJobId(id.toUpperCase())).toBe(id)
  expect(readTokenId(id)).toBe(id)
})

it.each(['', 'my film', id.slice(0, 8), `${id}0`, `../${id}`])('says that "%s" is none', (text) => {
  expect(() => readJobId(text)).toThrow(expect.objectContaining({ code: 'job.not_found' }))
  expect(() => readTokenId(text)).toThrow(expect.objectContaining({ code: 'token.not_found' }))
})
