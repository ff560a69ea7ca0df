import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Sweep } from './sweep.ts'

test('blocks come in file order, those behind in the next sweep, each as often as it was put in', () => {
  const step = fc.oneof(fc.nat(50), fc.constant('pop' as const))
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const sweep = new Sweep()
      let waiting: number[] = []
      let at = -1
      const popped: (number | undefined)[] = []
      const inOrder: (number | undefined)[] = []
      for (const one of steps) {
        if (one === 'pop') {
          const ahead = waiting.filter((block) => block > at)
          const expected = waiting.length === 0 ? undefined : Math.min(...(ahead.length > 0 ? ahead : waiting))
          popped.push(sweep.pop())
          inOrder.push(expected)
          at = expected ?? -1
          if (expected !== undefined) waiting = waiting.toSpliced(waiting.indexOf(expected), 1)
        } else if (!waiting.includes(one) && one !== at) {
          sweep.push(one)
          waiting.push(one)
        }
      }
      expect(popped).toEqual(inOrder)
    }),
  )
})
