import type { Lease } from '@backlot/contract/schemas/farm'
import type { Worker } from '../farm/worker.ts'
import type { Server } from '../farm/server.ts'
import type { ManualCoalescers } from './manual-coalescer.ts'
import type { SimulatedDatabase } from './simulated-database.ts'
import type { Snapshot } from './snapshot.ts'

export interface SimulatedServer {
  server: Server
  database: SimulatedDatabase
  coalescers: ManualCoalescers
  /** How far its clock is off. Milliseconds. */
  offset: number
}

export interface SimulatedWorker {
  number: number
  worker: Worker
  isDown: boolean
  isCutOff: boolean
  isSlow: boolean
  /** Attempts whose Blender makes no progress. */
  hung: Set<string>
}

/** Something that a server is asked to do. Sending it again sends the same. */
export interface Operation {
  label: string
  send(server: SimulatedServer): Promise<void>
  /** A message of a worker: it can be lost, late and doubled. */
  isMessage?: boolean
  /** The worker never saw the answer. */
  forgetAnswer?(): void
  /** It asks again until it is answered. */
  isRepeated?: boolean
  /** Delivered frames, when it was answered. */
  delivers?: { lease: Lease; frames: readonly number[] }
  /** A job whose frames may be gone afterwards. */
  forgets?: string
  /** What the answer promised. */
  check?(after: Snapshot, before: Snapshot): string[]
}
