import { expect, it } from 'vitest'
import { contentDisposition } from './content-disposition.ts'

it('encodes whatever could end the value', () => {
  expect(contentDisposition('attachment', `größe "1"; x='(a*)'.png`)).toBe(
    "attachment; filename*=UTF-8''gr%C3%B6%C3%9Fe%20%221%22%3B%20x%3D%27%28a%2A%29%27.png",
  )
})
