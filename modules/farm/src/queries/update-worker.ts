import type { WorkerHello } from '@backlot/contract/schemas/farm'
import type { WorkerState } from '@backlot/contract/states'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** What a worker can do now. Answers the state that it was in, undefined when there is no such worker. */
export async function updateWorker(
  tx: Tx,
  { workerId, hello, classIds, now }: { workerId: string; hello: WorkerHello; classIds: number[]; now: Date },
): Promise<WorkerState | undefined> {
  const { rows } = await sql<{ state: WorkerState }>`
    update backlot.workers set
      name = ${hello.name}, state = 'online', version = ${hello.version}, platform = ${hello.platform},
      slots = ${hello.slots}, tags = ${hello.tags}, blenders = ${JSON.stringify(hello.blenders)},
      can_install = ${hello.canInstall}, probe = ${hello.probe === null ? null : JSON.stringify(hello.probe)},
      cpus = ${hello.cpus}, memory_bytes = ${hello.memoryBytes}, class_ids = ${classIds}, last_seen_at = ${now}
    where worker_id = ${workerId}
    returning old.state
  `.execute(tx)
  return rows[0]?.state
}
