import { z } from 'zod'
import { byteCount, id, sha256, treePath } from './common.ts'

/** A pack is closed when it reaches this size. Bytes. */
export const packTarget = 8_000_000
/** Nobody's pack is larger: the server refuses it. Bytes. */
export const packLimit = 16_000_000
/** Nobody's pack has more files: each costs the server a hash, however small it is. */
export const packFileLimit = 5000
/** Size of every part of a large upload but the last. Bytes. */
export const partSize = 16_777_216
/** Up to so many hashes are asked for at once. */
export const missingLimit = 10_000

/**
 * A pack is a stream of entries, each `sha256 (32 bytes raw) · size (u32 big-endian) · content`, nothing before,
 * between or after. Its media type:
 */
export const packMediaType = 'application/vnd.backlot.pack'

export const blobRef = z.object({ sha256, size: byteCount })
export type BlobRef = z.infer<typeof blobRef>

export const missingRequest = z.object({ blobs: z.array(blobRef).max(missingLimit) })
export const missingResponse = z.object({ missing: z.array(sha256) })

/** What a pack shall hold. */
export const readPackRequest = z.object({ hashes: z.array(sha256).min(1).max(packFileLimit) })

/** `rejected`: entries whose bytes did not have their announced hash; the others are stored. */
export const packResponse = z.object({ stored: z.int(), bytes: byteCount, rejected: z.array(sha256) })

export const uploadState = z.object({
  uploadId: id,
  sha256,
  size: byteCount,
  partSize: byteCount,
  /** Numbers of the parts that have arrived, from 0. */
  received: z.array(z.int()),
})
export type UploadState = z.infer<typeof uploadState>

export const treeEntry = z.object({ path: treePath, sha256, size: byteCount })
export type TreeEntry = z.infer<typeof treeEntry>

/**
 * The one form of a tree, whatever order its entries come in: a line `sha256 size path` for each file, in order of paths
 * (UTF-16 code units). Its SHA-256 in UTF-8 is the tree's id.
 */
export function canonicalText(entries: readonly TreeEntry[]): string {
  const sorted = entries.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
  return sorted.map(({ sha256, size, path }) => `${sha256} ${size} ${path}\n`).join('')
}

/** A manifest of paths → blobs. Its id is the SHA-256 of its canonical form, so that equal trees are one. */
export const tree = z.object({ treeId: sha256, entries: z.array(treeEntry) })
export const createTree = z.object({ entries: z.array(treeEntry).min(1).max(200_000) })
export const createdTree = z.object({ treeId: sha256, files: z.int(), bytes: byteCount })
