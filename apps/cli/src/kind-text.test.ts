import { expect, it } from 'vitest'
import { countOfKind } from './kind-text.ts'

it.each([
  [1, 'library', '1 library'],
  [2, 'library', '2 libraries'],
  [242, 'image', '242 images'],
  [2, 'point_cache', '2 point caches'],
  [1, 'ies', '1 IES file'],
  [3, 'proxy', '3 proxies'],
])('%i %s: %s', (count, kind, text) => expect(countOfKind(count, kind)).toBe(text))
