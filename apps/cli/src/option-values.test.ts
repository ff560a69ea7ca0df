import { expect, it } from 'vitest'
import { countOrNever, size, sizeOrNever } from './option-values.ts'

it('reads sizes, binary and decimal', () => {
  expect(['8GiB', '1.5 TiB', '500MB', '64 kB', '10mib'].map(size)).toEqual([
    8 * 1024 ** 3,
    1.5 * 1024 ** 4,
    5e8,
    64_000,
    10 * 1024 ** 2,
  ])
  for (const text of ['8', '0GiB', '-1GB', 'GiB', '1e3MB', '8 Gigabytes', ''])
    expect(() => size(text)).toThrow('not a size')
})

it('takes none for never', () => {
  expect([sizeOrNever('none'), sizeOrNever('1GB'), countOrNever('none'), countOrNever('200')]).toEqual([0, 1e9, 0, 200])
  expect(() => countOrNever('0')).toThrow('not 1 or more')
})
