import { arch, platform, release, totalmem } from 'node:os'
import type { DeviceProbe } from '@backlot/blender/driver'
import type { FoundBlender } from '@backlot/blender/find'
import type { WorkerHello } from '@backlot/contract/schemas/farm'
import type { WorkerEnvironment } from './environment.ts'

const workerVersion = '0.1.0'

/** What this worker says of itself. `probe` undefined: the devices are not known yet. */
export function capabilities(
  environment: Pick<WorkerEnvironment, 'name' | 'slots' | 'tags' | 'mayInstall' | 'cpus'>,
  blenders: readonly FoundBlender[],
  probe: DeviceProbe | undefined,
): WorkerHello {
  const { name, slots, tags, mayInstall, cpus } = environment
  return {
    name,
    version: workerVersion,
    platform: `${platform()}-${arch()} ${release()}`,
    slots,
    tags,
    blenders: blenders.map(({ version, kind }) => ({ version, kind })),
    canInstall: mayInstall,
    probe: probe ?? null,
    cpus,
    memoryBytes: totalmem(),
  }
}
