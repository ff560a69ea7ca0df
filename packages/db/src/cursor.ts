/**
 * Cursors of keyset pages. A page ends with the sort key of its last row; the cursor carries that key, opaque to
 * clients, and the next page begins after it: `where (a, b) > (${a}, ${b}) order by a, b limit ${limit + 1}`.
 */
export type CursorKey = readonly (string | number | null)[]

export function encodeCursor(key: CursorKey): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url')
}

/** The key of a cursor with so many parts; undefined for anything else, which is a first page or a client's mistake. */
export function decodeCursor(cursor: string | undefined, parts: number): CursorKey | undefined {
  if (cursor === undefined) return undefined
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (Array.isArray(key) && key.length === parts && key.every(isPart)) return key as CursorKey
  } catch {
    // not JSON
  }
  return undefined
}

function isPart(value: unknown): boolean {
  return value === null || typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value))
}

/** Cuts a page from `limit + 1` rows: one more than asked for means that there is a next page. */
export function toPage<Row>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => CursorKey,
): { items: Row[]; next?: string } {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return rows.length > limit && last !== undefined ? { items, next: encodeCursor(keyOf(last)) } : { items }
}
