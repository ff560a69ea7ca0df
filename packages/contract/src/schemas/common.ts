import { z } from 'zod'

export const id = z.uuid()
/** RFC 3339 in UTC, milliseconds. */
export const timestamp = z.iso.datetime()
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in lower-case hexadecimal')
export const byteCount = z.int().min(0)
/** A path inside a tree: relative, `/` between parts, no `.`/`..`/drive/backslash/NUL, at most 1024 UTF-8 bytes. */
export const treePath = z
  .string()
  .min(1)
  .max(1024)
  .refine(isTreePath, 'a relative path with / and without .., \\, drive letters or control characters')
export const cursor = z.string().max(512)
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
