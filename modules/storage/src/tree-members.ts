import { promisify } from 'node:util'
import { zstdCompress, zstdDecompress } from 'node:zlib'
import type { Database } from '@backlot/db/database'
import { findTree } from './queries/find-tree.ts'

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

export async function packManifest(text: Buffer): Promise<Buffer> {
  return compress(text)
}

export async function unpackManifest(manifest: Buffer): Promise<string> {
  return (await decompress(manifest)).toString('utf8')
}

/** Files whose hashes are remembered, over all trees. A hash costs about 100 bytes. */
const rememberedFiles = 1_000_000

/**
 * Which files belong to a tree: asked for every file that a worker fetches. Trees never change, so what was read once
 * stays true; a deleted one is no longer the tree of any job.
 */
export class TreeMembers {
  readonly #database: Database
  readonly #trees = new Map<string, Promise<ReadonlySet<string>>>()
  #files = 0

  constructor(database: Database) {
    this.#database = database
  }

  /** The hashes in a tree; none when there is no such tree. */
  async of(tenantId: string, treeId: string): Promise<ReadonlySet<string>> {
    const key = `${tenantId}/${treeId}`
    const known = this.#trees.get(key)
    if (known) {
      this.#trees.delete(key)
      this.#trees.set(key, known) // used last, forgotten last
      return known
    }
    const reading = this.#read(tenantId, treeId)
    this.#trees.set(key, reading)
    try {
      const hashes = await reading
      if (hashes.size === 0) this.#trees.delete(key) // not there yet, perhaps
      this.#files += hashes.size
      await this.#forget(key)
      return hashes
    } catch (error) {
      this.#trees.delete(key)
      throw error
    }
  }

  async #read(tenantId: string, treeId: string): Promise<ReadonlySet<string>> {
    const manifest = await this.#database.inTenant(tenantId, (tx) => findTree(tx, { treeId }))
    return manifest === undefined ? new Set() : hashesOf(await unpackManifest(manifest))
  }

  async #forget(but: string): Promise<void> {
    for (const [key, tree] of this.#trees) {
      if (this.#files <= rememberedFiles) return
      if (key === but) continue
      this.#trees.delete(key)
      this.#files -= (await tree.catch(() => new Set())).size
    }
  }
}

/** The hashes in a canonical tree. */
export function hashesOf(text: string): Set<string> {
  const hashes = new Set<string>()
  for (let at = 0; at < text.length; at = text.indexOf('\n', at) + 1) hashes.add(text.slice(at, at + 64))
  return hashes
}
