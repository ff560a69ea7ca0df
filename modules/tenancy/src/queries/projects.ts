import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export interface ProjectRow {
  id: string
  shortId: string
  name: string
  createdAt: Date
}

const columns = sql.raw(`id, short_id as "shortId", name, created_at as "createdAt"`)

export async function insertProject(
  tx: Tx,
  input: { tenantId: string; shortId: string; name: string; now: Date },
): Promise<ProjectRow> {
  const { rows } = await sql<ProjectRow>`
    insert into backlot.projects (tenant_id, short_id, name, created_at)
    values (${input.tenantId}, ${input.shortId}, ${input.name}, ${input.now})
    returning ${columns}
  `.execute(tx)
  return rows[0] as ProjectRow
}

/** Of the transaction's tenant, oldest first. */
export async function listProjects(tx: Tx): Promise<ProjectRow[]> {
  const { rows } = await sql<ProjectRow>`select ${columns} from backlot.projects order by id`.execute(tx)
  return rows
}

export async function findProject(tx: Tx, id: string): Promise<ProjectRow | undefined> {
  const { rows } = await sql<ProjectRow>`select ${columns} from backlot.projects where id = ${id}`.execute(tx)
  return rows[0]
}

/** The one that every tenant starts with: the oldest. */
export async function findDefaultProject(tx: Tx): Promise<ProjectRow | undefined> {
  const { rows } = await sql<ProjectRow>`select ${columns} from backlot.projects order by id limit 1`.execute(tx)
  return rows[0]
}
