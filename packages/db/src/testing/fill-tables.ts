import { randomBytes, randomUUID } from 'node:crypto'
import type { Column, Table } from './catalogue.ts'
import type { TestDatabase } from './test-database.ts'

type Row = Record<string, unknown>

/** Values that no rule can guess: of JSON documents whose content is checked. */
const samples: Record<string, Record<string, unknown>> = {
  'backlot.jobs': { document: { version: 1, state: 'queued' } },
}

/**
 * Puts a row into every table for every tenant, as superuser. Values come from the catalogue: types, foreign keys, and
 * the lists of CHECK constraints. Returns the rows by table, in the order of the tenants.
 */
export async function fillTables(
  test: Pick<TestDatabase, 'admin'>,
  tables: readonly Table[],
  tenants: readonly string[],
): Promise<Map<string, Row[]>> {
  const filled = new Map<string, Row[]>()
  for (const table of tables) {
    const rows: Row[] = []
    for (const [index, tenantId] of tenants.entries()) {
      const row = sampleRow(table, tenantId, (target) => filled.get(target)?.[index])
      const names = Object.keys(row)
      const text = `insert into ${table.name} (${names.map((name) => `"${name}"`).join(', ')})
        values (${names.map((_, position) => `$${position + 1}`).join(', ')}) returning *`
      try {
        rows.push((await test.admin(text, Object.values(row)))[0] as Row)
      } catch (cause) {
        throw new Error(`${table.name} needs a value that can't be guessed: add it to samples`, { cause })
      }
    }
    filled.set(table.name, rows)
  }
  return filled
}

function sampleRow(table: Table, tenantId: string, referred: (target: string) => Row | undefined): Row {
  const row: Row = {}
  for (const column of table.columns) {
    if (column.name === 'tenant_id') row.tenant_id = tenantId
    else if (column.notNull && !column.filled) row[column.name] = sampleValue(table, column)
  }
  for (const { columns, target, targetColumns } of table.foreignKeys) {
    const other = referred(target)
    columns.forEach((name, position) => {
      if (name in row) row[name] = other?.[targetColumns[position] as string]
    })
  }
  return row
}

function sampleValue({ name: table, checks }: Table, { name, type }: Column): unknown {
  const known = samples[table]?.[name]
  if (known !== undefined) return JSON.stringify(known)
  const listed = checks
    .map((check) => new RegExp(`\\(\\(?${name} = ANY \\(+ARRAY\\['([^']*)'`).exec(check)?.[1])
    .find((value) => value !== undefined)
  if (listed !== undefined) return listed
  if (type.endsWith('[]')) return '{}'
  if (type === 'uuid') return randomUUID()
  if (type === 'text') return `${name} ${randomUUID()}`
  if (type === 'bytea') return randomBytes(32)
  if (type === 'boolean') return false
  if (type.startsWith('timestamp')) return new Date()
  if (type.startsWith('json')) return '{}'
  return 1 // every kind of number
}
