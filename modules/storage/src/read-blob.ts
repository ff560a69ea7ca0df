import { Readable } from 'node:stream'
import { contentDisposition } from '@backlot/base/content-disposition'
import { CodedError } from '@backlot/base/errors'
import type { ErrorCode } from '@backlot/contract/errors'
import type { BinaryResponse, Handler } from '@backlot/contract/handler'
import type { storageRoutes } from '@backlot/contract/routes/storage'
import { type ByteRange, hasEntityTag, parseByteRange } from './byte-range.ts'
import { objectKey, type StorageDeps } from './deps.ts'
import { unreadable } from './may-read.ts'
import { findBlob } from './queries/find-blob.ts'
import type { BlobPlace } from './queries/find-blobs.ts'

/** The bytes of a blob, whole or one range. A hash names its bytes for ever, so every cache may keep them for ever. */
export function readBlob(deps: StorageDeps): Handler<typeof storageRoutes.readBlob> {
  return async ({ params: { sha256 }, query }, { caller, headers }) => {
    if ((await unreadable(deps, caller, [sha256])).length > 0) throw notFound(sha256)
    const blob = await deps.database.inTenant(caller.tenantId, (tx) => findBlob(tx, { sha256 }))
    if (blob === undefined) throw notFound(sha256)

    const etag = `"${sha256}"`
    const always = {
      etag,
      'accept-ranges': 'bytes',
      'cache-control': 'private, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      ...presentation(query.name),
    }
    if (hasEntityTag(headers['if-none-match'], etag)) return { status: 304, headers: always, content: undefined }
    const isCurrent = headers['if-range'] === undefined || headers['if-range'] === etag
    const range = isCurrent ? parseByteRange(headers.range, blob.size) : undefined
    const { start, end } = range ?? { start: 0, end: blob.size }
    const content = await openBlob(deps, caller.tenantId, blob, { start, end })
    const response: BinaryResponse = {
      status: range ? 206 : 200,
      headers: { ...always, 'content-length': String(end - start) },
      content,
    }
    if (range) response.headers['content-range'] = `bytes ${start}-${end - 1}/${blob.size}`
    return response
  }
}

/** What a browser may show by itself. Everything else is a download: a blob can hold a page with scripts. */
const shown: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  mp4: 'video/mp4',
}

/** `name`: of the file, as the caller likes it. */
export function presentation(name: string | undefined): Record<string, string> {
  if (name === undefined) return { 'content-type': 'application/octet-stream' }
  const type = shown[/\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? '']
  return {
    'content-type': type ?? 'application/octet-stream',
    'content-disposition': contentDisposition(type === undefined ? 'attachment' : 'inline', name),
  }
}

/** Bytes [start, end) of a blob. */
export async function openBlob(
  { database, driver }: Pick<StorageDeps, 'database' | 'driver'>,
  tenantId: string,
  blob: BlobPlace,
  { start, end }: ByteRange,
): Promise<Readable> {
  if (start === end) return Readable.from([])
  const open = ({ objectId, offset }: BlobPlace) =>
    driver.read(objectKey(tenantId, objectId), offset + start, offset + end)
  const content = await open(blob)
  if (content) return content
  // A clean-up may have moved it between the question and the opening.
  const moved = await database.inTenant(tenantId, (tx) => findBlob(tx, { sha256: blob.sha256 }))
  const again = moved && (await open(moved))
  if (again) return again
  throw new CodedError<ErrorCode>('storage.unavailable', 'The bytes of this file are not where they should be.', {
    details: { sha256: blob.sha256 },
  })
}

function notFound(sha256: string): CodedError<ErrorCode> {
  return new CodedError<ErrorCode>('blob.not_found', 'This file is not in storage.', { details: { sha256 } })
}
