import { sleep } from '@backlot/base/wait'
import type { Lease } from '@backlot/contract/schemas/farm'

/**
 * What one simulated worker can do, over HTTP or without it. Every call throws when it is refused. `finish` delivers the
 * task's frame too, and brings as many leases as slots are free.
 */
export interface SimulatedWorker {
  lease: () => Promise<Lease | undefined>
  renew: (lease: Lease) => Promise<void>
  finish: (lease: Lease, slots: number) => Promise<Lease | undefined>
}

export const calls = ['lease', 'renew', 'finish'] as const

export interface Load {
  seconds: number
  cycles: number
  /** Milliseconds of every call. With a rate: from when the cycle was due, so that a late start counts too. */
  latencies: Record<(typeof calls)[number], number[]>
}

export interface LoadOptions {
  /** How long new cycles begin. */
  seconds: number
  /** Cycles a second over all workers, evenly spread; absent: each worker begins the next when one has ended. */
  rate?: number
  /**
   * The next lease is a call of its own, as with tasks of more than 1.2 s or less than 0.3 s; absent: it comes with the
   * end of the task before (see `lookAhead` in the worker's render step).
   */
  leaseApart?: boolean
}

/** Lets the workers take, renew, and deliver and finish tasks of one frame. */
export async function runLoad(
  workers: readonly SimulatedWorker[],
  { seconds, rate, leaseApart = false }: LoadOptions,
): Promise<Load> {
  const latencies: Load['latencies'] = { lease: [], renew: [], finish: [] }
  const started = performance.now()
  const end = started + seconds * 1000
  const period = rate === undefined ? 0 : (workers.length / rate) * 1000
  let cycles = 0
  await Promise.all(
    workers.map(async (worker, index) => {
      let due = started + (period * index) / workers.length
      let lease: Lease | undefined
      for (;;) {
        const isLast = due >= end
        if (isLast && lease === undefined) return
        const early = due - performance.now()
        if (early > 0 && !isLast) await sleep(early)
        let began = rate === undefined || isLast ? performance.now() : due
        const count = (call: keyof Load['latencies']) => {
          const now = performance.now()
          latencies[call].push(now - began)
          began = now
        }
        if (lease === undefined) {
          lease = await worker.lease()
          count('lease')
        }
        if (lease === undefined) throw new Error('The queue ran dry: the benchmark needs more frames.')
        await worker.renew(lease)
        count('renew')
        lease = await worker.finish(lease, leaseApart || isLast ? 0 : 1)
        count('finish')
        cycles++
        due = rate === undefined ? performance.now() : due + period
      }
    }),
  )
  return { seconds: (performance.now() - started) / 1000, cycles, latencies }
}

/** The bodies that the simulated workers send. */
export const bodies = {
  lease: { slots: 1 },
  renew: ({ attemptId, fence, frames }: Lease) => {
    const progress = { frame: frames[0] ?? null, fraction: 0.5, message: 'Sample 8/16', beat: 1 }
    return { state: 'online' as const, attempts: [{ attemptId, fence, ...progress }] }
  },
  finish: ({ attemptId, fence, frames }: Lease, sha256: string, slots: number) => {
    const frame = frames[0] as number
    const used = {
      renderSeconds: 1,
      blender: '5.0.1',
      engine: 'CYCLES',
      device: 'CPU',
      samples: 16,
      colour: null,
      warnings: [],
    }
    const delivered = { frame, name: `${frame}.png`, sha256, size: 1000, thumbnail: null, ...used }
    return { attemptId, fence, frames: [delivered], result: { state: 'completed' as const }, slots }
  },
}

export const workerTags = ['a', 'b', 'c', 'd'] as const

/** What worker number `index` says of itself. */
export function helloOf(index: number) {
  return {
    name: `simulated-${index}`,
    version: '0.1.0',
    platform: 'linux',
    slots: 1,
    tags: [workerTags[index % workerTags.length] as string],
    blenders: [{ version: '5.0.1', kind: 'module' as const }],
    canInstall: false,
    probe: null,
    cpus: 2,
    memoryBytes: 1_000_000_000,
  }
}
