import { animation } from './animation.ts'
import type { Benchmark } from './benchmark.ts'
import { idleGap } from './idle-gap.ts'
import { leases } from './leases.ts'

export const benchmarks: readonly Benchmark[] = [animation, idleGap, leases]
