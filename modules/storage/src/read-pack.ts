import { Readable } from 'node:stream'
import { CodedError } from '@backlot/base/errors'
import type { ErrorCode } from '@backlot/contract/errors'
import type { Handler } from '@backlot/contract/handler'
import type { storageRoutes } from '@backlot/contract/routes/storage'
import { packLimit, packMediaType } from '@backlot/contract/schemas/storage'
import { objectKey, type StorageDeps } from './deps.ts'
import { unreadable } from './may-read.ts'
import { packHead, packHeadBytes, tooLarge } from './pack-reader.ts'
import { type BlobPlace, findBlobs } from './queries/find-blobs.ts'
import { openBlob } from './read-blob.ts'

type Deps = Pick<StorageDeps, 'database' | 'driver' | 'ports' | 'members'>

/** Many small files as one pack. What came in one pack lies together, and is read and sent as it lies. */
export function readPack(deps: Deps): Handler<typeof storageRoutes.readPack> {
  return async ({ body }, { caller }) => {
    const hashes = [...new Set(body.hashes)]
    const refused = await unreadable(deps, caller, hashes)
    if (refused.length > 0) throw notFound(refused)
    const blobs = await deps.database.inTenant(caller.tenantId, (tx) => findBlobs(tx, { hashes }))
    if (blobs.length < hashes.length) {
      const found = new Set(blobs.map((blob) => blob.sha256))
      throw notFound(hashes.filter((sha256) => !found.has(sha256)))
    }
    const bytes = blobs.reduce((sum, blob) => sum + packHeadBytes + blob.size, 0)
    if (bytes > packLimit) throw tooLarge()
    const pieces = piecesOf(deps, caller.tenantId, blobs)
    return {
      status: 200,
      headers: { 'content-type': packMediaType, 'content-length': String(bytes), 'cache-control': 'no-store' },
      content: Readable.from(pieces, { objectMode: false }),
    }
  }
}

async function* piecesOf(deps: Deps, tenantId: string, blobs: readonly BlobPlace[]): AsyncGenerator<Buffer> {
  for (const run of runsOf(blobs)) {
    const [first] = run
    const last = run.at(-1)
    if (first === undefined || last === undefined) continue
    // Alone in an object, a blob has no head before it.
    const start = first.offset - packHeadBytes
    const key = objectKey(tenantId, first.objectId)
    const together = start < 0 ? undefined : await deps.driver.read(key, start, last.offset + last.size)
    if (together) {
      yield* together as AsyncIterable<Buffer>
      continue
    }
    for (const blob of run) {
      yield packHead(blob)
      yield* (await openBlob(deps, tenantId, blob, { start: 0, end: blob.size })) as AsyncIterable<Buffer>
    }
  }
}

/** Blobs that follow each other in one object are one run, in their order there. */
export function runsOf(blobs: readonly BlobPlace[]): BlobPlace[][] {
  const runs: BlobPlace[][] = []
  const sorted = blobs.toSorted((a, b) =>
    a.objectId === b.objectId ? a.offset - b.offset : a.objectId < b.objectId ? -1 : 1,
  )
  for (const blob of sorted) {
    const run = runs.at(-1)
    const before = run?.at(-1)
    const follows = before?.objectId === blob.objectId && before.offset + before.size + packHeadBytes === blob.offset
    if (run && follows) run.push(blob)
    else runs.push([blob])
  }
  return runs
}

function notFound(missing: readonly string[]): CodedError<ErrorCode> {
  return new CodedError<ErrorCode>('blob.not_found', `${missing.length} of these files are not in storage.`, {
    details: { missing: missing.slice(0, 1000) },
  })
}
