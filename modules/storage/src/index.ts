import type { Readable } from 'node:stream'
import { CodedError } from '@backlot/base/errors'
import type { ErrorCode } from '@backlot/contract/errors'
import type { Handlers } from '@backlot/contract/handler'
import type { storageRoutes } from '@backlot/contract/routes/storage'
import { collectGarbage, type Collected, type CollectOptions } from './collect-garbage.ts'
import type { StorageDeps } from './deps.ts'
import { putPack } from './put-pack.ts'
import { findBlobs } from './queries/find-blobs.ts'
import { missingBlobs } from './queries/missing-blobs.ts'
import { type TreeSummary, useTree } from './queries/use-tree.ts'
import { openBlob, readBlob } from './read-blob.ts'
import { readPack } from './read-pack.ts'
import { TreeMembers } from './tree-members.ts'
import { createTree, readTree, useTree as useTreeRoute } from './trees.ts'
import { uploadHandlers } from './uploads.ts'

export type { StorageDriver } from './driver.ts'
export { type FileSystemDriverOptions, openFileSystemDriver } from './file-system-driver.ts'
export type { StoragePorts } from './ports.ts'
export type { Collected, CollectOptions, TreeSummary }

export interface StorageOptions extends Omit<StorageDeps, 'members' | 'now'> {
  now?: () => Date
}

export interface Storage {
  routes: Handlers<typeof storageRoutes>
  /** Sizes in bytes of those files that are in storage, by hash. For modules that are told of a file by its hash. */
  sizes(tenantId: string, hashes: readonly string[]): Promise<Map<string, number>>
  /** The bytes of a file, for the server itself. @throws `blob.not_found` */
  read(tenantId: string, sha256: string): Promise<{ size: number; content: Readable }>
  /** Files and bytes of a tree that is about to be used, which keeps it from the clean-up. Undefined: no such tree. */
  useTree(tenantId: string, treeId: string): Promise<TreeSummary | undefined>
  collectGarbage(options: CollectOptions): Promise<Collected>
}

export function createStorage(options: StorageOptions): Storage {
  const { database, driver } = options
  const now = options.now ?? (() => new Date())
  const deps: StorageDeps = { ...options, now, members: new TreeMembers(database) }
  return {
    routes: {
      missingBlobs: async ({ body }, { caller }) => {
        const hashes = body.blobs.map((blob) => blob.sha256)
        return { missing: await database.inTenant(caller.tenantId, (tx) => missingBlobs(tx, { hashes, now: now() })) }
      },
      putPack: putPack(deps),
      ...uploadHandlers(deps),
      readBlob: readBlob(deps),
      readPack: readPack(deps),
      createTree: createTree(deps),
      useTree: useTreeRoute(deps),
      readTree: readTree(deps),
    },
    async sizes(tenantId, hashes) {
      const blobs = await database.inTenant(tenantId, (tx) => findBlobs(tx, { hashes }))
      return new Map(blobs.map((blob) => [blob.sha256, blob.size]))
    },
    async read(tenantId, sha256) {
      const [blob] = await database.inTenant(tenantId, (tx) => findBlobs(tx, { hashes: [sha256] }))
      if (blob === undefined)
        throw new CodedError<ErrorCode>('blob.not_found', 'This file is not in storage.', { details: { sha256 } })
      return {
        size: blob.size,
        content: await openBlob({ database, driver }, tenantId, blob, { start: 0, end: blob.size }),
      }
    },
    useTree: (tenantId, treeId) => database.inTenant(tenantId, (tx) => useTree(tx, { treeId, now: now() })),
    collectGarbage: (collect) => collectGarbage(deps, collect),
  }
}
