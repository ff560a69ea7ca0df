import { z } from 'zod'

export const id = z.uuid()
/** RFC 3339 in UTC, milliseconds. */
export const timestamp = z.iso.datetime()
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in lower-case hexadecimal')
export const byteCount = z.int().min(0)
/** What the database keeps in 32 bits. */
export const maxInt32 = 2_147_483_647
export const int32 = z.int().min(0).max(maxInt32)
/** A name or a version that a program gives. */
export const label = z.string().max(200)
/** Neither negative nor more than `most`. What is next to nothing is nothing: the database keeps 32 bits of it. */
const measure = (most: number) =>
  z
    .number()
    .min(0)
    .max(most)
    .overwrite((value) => (value < 1e-9 ? 0 : value))
export const fraction = measure(1)
/** A year: nothing that is measured here lasts longer. */
export const seconds = measure(31_536_000)
/**
 * What a program wrote, such as Blender's log: cut where it is too long, and without what no database takes. NUL and
 * halves of surrogate pairs become U+FFFD. Nobody can correct the program now, so none of it is refused.
 */
export const programText = (longest: number) =>
  z
    .string()
    .overwrite((text) => text.slice(0, longest).replaceAll('\0', '\uFFFD').toWellFormed())
    .max(longest)

const deepest = 20
/** Any JSON object, of a depth that everything on its way can take: PostgreSQL and `JSON.stringify` recurse. */
export const plainObject = z
  .record(z.string().max(200), z.unknown())
  .refine((object) => isWithin(object, deepest), `nested deeper than ${deepest}`)

function isWithin(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return depth > 0 && Object.values(value).every((inner) => isWithin(inner, depth - 1))
}
/** A path inside a tree: relative, `/` between parts, no `.`/`..`/drive/backslash/NUL, at most 1024 UTF-8 bytes. */
export const treePath = z
  .string()
  .min(1)
  .max(1024)
  .refine(isTreePath, 'a relative path with / and without .., \\, drive letters or control characters')
/** The longest is a name of 200 characters with four bytes each, in base64. */
export const cursor = z.string().max(2048)
export const pageQuery = z.object({
  cursor: cursor.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
})

/** A keyset page: `next` is the cursor of the following page, absent on the last. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next: cursor.optional() })

export function isTreePath(path: string): boolean {
  if (path.startsWith('/') || path.includes('\\') || /^[A-Za-z]:/.test(path) || hasControlCharacter(path)) return false
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
}

function hasControlCharacter(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (unit < 0x20 || unit === 0x7f) return true
  }
  return false
}
