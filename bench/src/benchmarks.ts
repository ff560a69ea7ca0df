import { animation } from './animation.ts'
import type { Benchmark } from './benchmark.ts'
import { eta } from './eta.ts'
import { hostile } from './hostile.ts'
import { idleGap } from './idle-gap.ts'
import { launcher } from './launcher.ts'
import { leases } from './leases.ts'
import { materialise } from './materialise.ts'
import { pack } from './pack.ts'
import { scaling } from './scaling.ts'
import { still } from './still.ts'
import { trace } from './trace.ts'
import { upload } from './upload.ts'
import { web } from './web.ts'

export const benchmarks: readonly Benchmark[] = [
  launcher,
  web,
  trace,
  pack,
  upload,
  materialise,
  leases,
  scaling,
  animation,
  still,
  eta,
  idleGap,
  hostile,
]
