import type { Unit } from '@backlot/db/unit'
import type { FarmPorts } from './ports.ts'
import type { ServiceHistory } from './shares.ts'

/** What the parts of the farm share. */
export interface FarmContext extends FarmPorts {
  /** These steps have work: idle workers that can do it are told. */
  wake(stepIds: readonly string[]): void
  /** What this server has handed out. */
  history: ServiceHistory
  /** People who look at this worker are told. */
  workerTouched(workerId: string): void
  /** Runs `work` over all tenants, at this moment. */
  unit<T>(work: (unit: Unit) => Promise<T>): Promise<T>
}
