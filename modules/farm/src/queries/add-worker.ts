import type { WorkerHello } from '@backlot/contract/schemas/farm'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** A new worker, offline until it says hello with its own token. */
export async function addWorker(
  tx: Tx,
  { tenantId, hello, now }: { tenantId: string | null; hello: WorkerHello; now: Date },
): Promise<string> {
  const { rows } = await sql<{ workerId: string }>`
    insert into backlot.workers (tenant_id, name, state, version, platform, slots, tags, blenders, can_install, probe,
      cpus, memory_bytes, enrolled_at)
    values (${tenantId}, ${hello.name}, 'offline', ${hello.version}, ${hello.platform}, ${hello.slots}, ${hello.tags},
      ${JSON.stringify(hello.blenders)}, ${hello.canInstall}, ${jsonOrNull(hello.probe)}, ${hello.cpus},
      ${hello.memoryBytes}, ${now})
    returning worker_id as "workerId"
  `.execute(tx)
  return (rows[0] as { workerId: string }).workerId
}

function jsonOrNull(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value)
}
