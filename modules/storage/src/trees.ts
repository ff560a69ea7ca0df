import { CodedError } from '@backlot/base/errors'
import type { ErrorCode } from '@backlot/contract/errors'
import type { Handler } from '@backlot/contract/handler'
import type { storageRoutes } from '@backlot/contract/routes/storage'
import { canonicalTree, parseCanonicalTree } from './canonical-tree.ts'
import type { StorageDeps } from './deps.ts'
import { findTree } from './queries/find-tree.ts'
import { insertTree } from './queries/insert-tree.ts'
import { useTree as markTreeUsed } from './queries/use-tree.ts'
import { unknownFiles } from './queries/unknown-files.ts'
import { packManifest, unpackManifest } from './tree-members.ts'

export function createTree({ database, now }: StorageDeps): Handler<typeof storageRoutes.createTree> {
  return async ({ body }, { caller: { tenantId } }) => {
    const { treeId, text, files, bytes, entries } = canonicalTree(body.entries)
    const manifest = await packManifest(text)
    const hashes = entries.map((entry) => entry.sha256)
    const sizes = entries.map((entry) => entry.size)
    await database.inTenant(tenantId, async (tx) => {
      const ask = { hashes, sizes, now: now() }
      let unknown = await unknownFiles(tx, ask)
      if (unknown.length > 0) unknown = await unknownFiles(tx, ask) // somebody else may just have marked them as used
      if (unknown.length > 0) {
        const missing = unknown.flatMap((position) => entries[position] ?? [])
        throw new CodedError<ErrorCode>('blob.not_found', `"${missing[0]?.path}" is not in storage.`, {
          details: { missing },
        })
      }
      await insertTree(tx, { tenantId, treeId, files, bytes, manifest, now: now() })
    })
    return { treeId, files, bytes }
  }
}

/**
 * Who knows every hash of a project asks for its tree alone: one question instead of a list of hashes and then the tree.
 * A tree that is there has all its files, because the clean-up keeps what any tree refers to.
 */
export function useTree({ database, now }: StorageDeps): Handler<typeof storageRoutes.useTree> {
  return async ({ params: { treeId } }, { caller: { tenantId } }) => {
    const found = await database.inTenant(tenantId, (tx) => markTreeUsed(tx, { treeId, now: now() }))
    if (found === undefined) throw notFound(treeId)
    return { treeId, ...found }
  }
}

export function readTree({ database, ports }: StorageDeps): Handler<typeof storageRoutes.readTree> {
  return async ({ params: { treeId } }, { caller }) => {
    const mayRead = caller.kind === 'person' || (await ports.treesOfJob(caller.tenantId, caller.jobId)).includes(treeId)
    const manifest = mayRead ? await database.inTenant(caller.tenantId, (tx) => findTree(tx, { treeId })) : undefined
    if (manifest === undefined) throw notFound(treeId)
    return { treeId, entries: parseCanonicalTree(await unpackManifest(manifest)) }
  }
}

function notFound(treeId: string): CodedError<ErrorCode> {
  return new CodedError<ErrorCode>('tree.not_found', 'There is no such tree.', { details: { treeId } })
}
