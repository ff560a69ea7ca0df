import type { TestDatabase } from './test-database.ts'

export interface Column {
  name: string
  /** As `format_type` writes it: `uuid`, `text`, `real[]`. */
  type: string
  notNull: boolean
  /** Filled by the database: default, identity, generated. */
  filled: boolean
}

export interface ForeignKey {
  columns: string[]
  target: string
  targetColumns: string[]
}

export interface Table {
  /** With its schema: `backlot.jobs`. */
  name: string
  columns: Column[]
  foreignKeys: ForeignKey[]
  /** Definitions of its CHECK constraints. */
  checks: string[]
}

/** The tables of our schemas, each after those that it refers to. */
export async function readTables({ admin }: Pick<TestDatabase, 'admin'>): Promise<Table[]> {
  const tables = await admin<Table & Record<string, unknown>>(`
    select
      format('%I.%I', n.nspname, c.relname) as name,
      (
        select jsonb_agg(jsonb_build_object(
          'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'notNull', a.attnotnull,
          'filled', a.atthasdef or a.attidentity <> '' or a.attgenerated <> ''
        ) order by a.attnum)
        from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      ) as columns,
      coalesce((
        select jsonb_agg(jsonb_build_object(
          'target', f.confrelid::regclass::text,
          'columns', (select jsonb_agg(attname order by k.i) from unnest(f.conkey) with ordinality k (num, i)
            join pg_attribute on attrelid = f.conrelid and attnum = k.num),
          'targetColumns', (select jsonb_agg(attname order by k.i) from unnest(f.confkey) with ordinality k (num, i)
            join pg_attribute on attrelid = f.confrelid and attnum = k.num)
        ))
        from pg_constraint f where f.conrelid = c.oid and f.contype = 'f'
      ), '[]') as "foreignKeys",
      coalesce((
        select jsonb_agg(pg_get_constraintdef(k.oid)) from pg_constraint k where k.conrelid = c.oid and k.contype = 'c'
      ), '[]') as checks
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('backlot', 'auth') and c.relkind in ('r', 'p')
    order by 1`)
  return inOrder(tables)
}

function inOrder(tables: readonly Table[]): Table[] {
  const sorted: Table[] = []
  const remaining = new Set(tables)
  while (remaining.size > 0) {
    const names = new Set([...remaining].map(({ name }) => name))
    const free = [...remaining].filter(({ name, foreignKeys }) =>
      foreignKeys.every(({ target }) => target === name || !names.has(target)),
    )
    if (free.length === 0) throw new Error(`tables refer to each other in a circle: ${[...names].join(', ')}`)
    for (const table of free) remaining.delete(table)
    sorted.push(...free)
  }
  return sorted
}
