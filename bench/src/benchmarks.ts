import { animation } from './animation.ts'
import type { Benchmark } from './benchmark.ts'
import { idleGap } from './idle-gap.ts'

export const benchmarks: readonly Benchmark[] = [animation, idleGap]
