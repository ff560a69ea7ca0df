import { randomUUID } from 'node:crypto'
import { objectKey, type StorageDeps } from './deps.ts'
import type { StoredObject } from './driver.ts'
import { packHead } from './pack-reader.ts'
import { blobsInObject } from './queries/blobs-in-object.ts'
import { deleteStaleBlobs } from './queries/delete-stale-blobs.ts'
import { deleteStaleTrees } from './queries/delete-stale-trees.ts'
import { deleteStaleUploads } from './queries/delete-stale-uploads.ts'
import { findTree } from './queries/find-tree.ts'
import { useResolutionSeconds } from './queries/hash-list.ts'
import type { NewBlob } from './queries/insert-blobs.ts'
import { listStaleBlobs } from './queries/list-stale-blobs.ts'
import { listTrees } from './queries/list-trees.ts'
import { moveBlobs } from './queries/move-blobs.ts'
import { objectsInUse } from './queries/objects-in-use.ts'
import { storingTenants } from './queries/storing-tenants.ts'
import { hashesOf, unpackManifest } from './tree-members.ts'

export interface CollectOptions {
  now: Date
  /**
   * What was used since then stays, whether something refers to it or not: a submission that is under way refers to
   * nothing yet. At least two hours; a week is sensible.
   */
  graceSeconds: number
}

export interface Collected {
  trees: number
  blobs: number
  /** Of those blobs. */
  bytes: number
  uploads: number
  /** Files of the store that went away, and packs that were written anew without their dead half. */
  objects: number
  compacted: number
  unfinished: number
}

const page = 10_000
const objectsAtOnce = 1000
/** A pack is written anew when less than this share of it is alive. */
const liveShare = 0.5

type Deps = Pick<StorageDeps, 'database' | 'driver' | 'ports'>

/**
 * Mark and sweep: keeps what jobs refer to, and what was used within the grace time.
 *
 * 1. Rows: trees that no job has, then blobs that no tree and no job has. A row is only deleted while it is still
 *    unused in that very statement, so an upload, a question or a new tree in the same moment wins.
 * 2. Objects: those that hold no blob any more, and those whose rows never came because the server died before. As an
 *    object's key is never used twice, none of them can come back to life.
 *
 * May be ended anywhere and run again, and may run beside everything else.
 */
export async function collectGarbage(deps: Deps, options: CollectOptions): Promise<Collected> {
  const grace = Math.max(options.graceSeconds, 2 * useResolutionSeconds)
  const unusedSince = new Date(options.now.getTime() - grace * 1000)
  const collected: Collected = { trees: 0, blobs: 0, bytes: 0, uploads: 0, objects: 0, compacted: 0, unfinished: 0 }
  for (const tenantId of await deps.database.background((tx) => storingTenants(tx))) {
    await collectRows(deps, tenantId, unusedSince, collected)
  }
  for (const handle of await deps.database.background((tx) => deleteStaleUploads(tx, { unusedSince }))) {
    await deps.driver.abortParts(handle)
    collected.uploads++
  }
  await collectObjects(deps, unusedSince, collected)
  collected.unfinished = await deps.driver.sweepUnfinished(unusedSince)
  return collected
}

async function collectRows({ database, ports }: Deps, tenantId: string, unusedSince: Date, collected: Collected) {
  const live = await ports.liveFiles(tenantId)
  collected.trees += await database.background((tx) =>
    deleteStaleTrees(tx, { tenantId, keep: live.treeIds, unusedSince }),
  )
  const marked = new Set(live.blobs)
  for (const treeId of await database.background((tx) => listTrees(tx, { tenantId }))) {
    const manifest = await database.inTenant(tenantId, (tx) => findTree(tx, { treeId }))
    if (manifest) for (const hash of hashesOf(await unpackManifest(manifest))) marked.add(hash)
  }
  for (let after = ''; ;) {
    const stale = await database.background((tx) => listStaleBlobs(tx, { tenantId, unusedSince, after, limit: page }))
    const hashes = stale.filter((hash) => !marked.has(hash))
    if (hashes.length > 0) {
      const deleted = await database.background((tx) => deleteStaleBlobs(tx, { tenantId, hashes, unusedSince }))
      collected.blobs += deleted.blobs
      collected.bytes += deleted.bytes
    }
    const last = stale.at(-1)
    if (last === undefined || stale.length < page) return
    after = last
  }
}

async function collectObjects(deps: Deps, unusedSince: Date, collected: Collected): Promise<void> {
  let batch: StoredObject[] = []
  const sweep = async () => {
    const objectIds = batch.map((object) => objectIdOf(object))
    const inUse = await deps.database.background((tx) => objectsInUse(tx, { objectIds }))
    const liveBytes = new Map(inUse.map((use) => [use.objectId, use.liveBytes]))
    for (const object of batch) {
      const live = liveBytes.get(objectIdOf(object))
      if (live === undefined) {
        await deps.driver.delete(object.key)
        collected.objects++
      } else if (live < object.size * liveShare) {
        await compact(deps, object)
        collected.compacted++
      }
    }
    batch = []
  }
  for await (const object of deps.driver.list()) {
    if (object.storedAt >= unusedSince) continue
    batch.push(object)
    if (batch.length === objectsAtOnce) await sweep()
  }
  if (batch.length > 0) await sweep()
}

/** Writes what lives in an object into a new one. Who has the old one open reads on; who opens it late looks again. */
async function compact({ database, driver }: Deps, old: StoredObject): Promise<void> {
  const [tenantId = ''] = old.key.split('/')
  const from = objectIdOf(old)
  const to = randomUUID()
  const key = objectKey(tenantId, to)
  const blobs = await database.background((tx) => blobsInObject(tx, { objectId: from }))
  const writer = await driver.create(key)
  try {
    const moved: NewBlob[] = []
    let position = 0
    for (const { sha256, size, offset } of blobs) {
      const head = packHead({ sha256, size })
      await writer.write(head)
      const content = size === 0 ? [] : await driver.read(old.key, offset, offset + size)
      if (content === undefined) return
      for await (const chunk of content) await writer.write(chunk as Uint8Array)
      moved.push({ sha256, size, offset: position + head.length })
      position += head.length + size
    }
    await writer.commit()
    await database.background((tx) => moveBlobs(tx, { tenantId, from, to, blobs: moved }))
    await driver.delete(old.key)
  } finally {
    await writer.discard()
  }
}

function objectIdOf({ key }: StoredObject): string {
  return key.slice(key.indexOf('/') + 1)
}
