import type { HoldKind, WorkerHello } from '@backlot/contract/schemas/farm'
import type { WorkerState } from '@backlot/contract/states'
import type { WorkingHours } from '@backlot/contract/working-hours'
import { sql } from 'kysely'

export interface WorkerRow extends WorkerHello {
  workerId: string
  tenantId: string | null
  state: WorkerState
  lastSeenAt: Date | null
  holds: Holds
  hours: WorkingHours | null
  hourlyRate: number | null
  /** It is online, and nothing holds it back. */
  takesWork: boolean
}

/** Why a worker gets no work; see `workerHold` in the contract. */
export type Holds = Partial<Record<HoldKind, { since: string; reason: string }>>

/** Names as in the interface above. */
export const columns = sql`
  worker_id as "workerId", tenant_id as "tenantId", name, state, version, platform, slots, tags, blenders,
  can_install as "canInstall", probe, cpus, memory_bytes as "memoryBytes", last_seen_at as "lastSeenAt", holds, hours,
  hourly_rate as "hourlyRate", takes_work as "takesWork"`
