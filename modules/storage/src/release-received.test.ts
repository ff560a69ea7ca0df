import { setTimeout as sleep } from 'node:timers/promises'
import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks'
import { expect, it } from 'vitest'
import { releaseReceived } from './release-received.ts'

it('collects the young objects alone, once for so many bytes', async () => {
  const kinds: number[] = []
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { detail: { kind: number; flags: number } })[]) {
      const { kind, flags } = entry.detail
      if (flags === constants.NODE_PERFORMANCE_GC_FLAGS_FORCED) kinds.push(kind)
    }
  })
  observer.observe({ entryTypes: ['gc'] })
  for (let chunk = 0; chunk < 500; chunk++) releaseReceived(64_000)
  await sleep(50)
  observer.disconnect()
  expect(kinds).toEqual(Array.from({ length: 4 }, () => constants.NODE_PERFORMANCE_GC_MINOR))
})
