import { messageOf } from '@backlot/base/errors'
import type { Database } from '@backlot/db/database'
import type { StorageDriver } from '@backlot/storage'
import { sql } from 'kysely'
import type { Operations } from './http/operations.ts'

/** Below this, uploads are refused soon. Bytes. */
const littleSpace = 1_000_000_000

/** Whether database and storage can do their work right now. */
export async function checkReadiness({
  database,
  driver,
}: {
  database: Database
  driver: StorageDriver
}): ReturnType<Operations['readiness']> {
  const checks = await Promise.all([
    check('database', async () => {
      const { rows } = await database.background((tx) =>
        sql<{ version: string }>`select current_setting('server_version') as version`.execute(tx),
      )
      return { ok: true, detail: `PostgreSQL ${rows[0]?.version}` }
    }),
    check('storage', async () => {
      const free = await driver.freeBytes()
      const ok = free === undefined || free > littleSpace
      return { ok, detail: free === undefined ? 'ready' : `${Math.round(free / 1e6)} MB free` }
    }),
  ])
  return { ready: checks.every(({ ok }) => ok), checks }
}

async function check(name: string, look: () => Promise<{ ok: boolean; detail: string }>) {
  try {
    return { name, ...(await look()) }
  } catch (error) {
    return { name, ok: false, detail: messageOf(error) }
  }
}
