import { randomUUID } from 'node:crypto'
import { CodedError } from '@backlot/base/errors'
import type { ErrorCode } from '@backlot/contract/errors'
import type { Handler } from '@backlot/contract/handler'
import type { storageRoutes } from '@backlot/contract/routes/storage'
import { type BlobRef, partSize, type UploadState } from '@backlot/contract/schemas/storage'
import { objectKey, type StorageDeps } from './deps.ts'
import { beginUpload } from './queries/begin-upload.ts'
import { completeUpload } from './queries/complete-upload.ts'
import { deleteUpload } from './queries/delete-upload.ts'
import { findBlob } from './queries/find-blob.ts'
import { findUpload, type UploadRow } from './queries/find-upload.ts'
import { insertBlobs } from './queries/insert-blobs.ts'
import { insertPart } from './queries/insert-part.ts'
import { missingBlobs } from './queries/missing-blobs.ts'
import { touchUpload } from './queries/touch-upload.ts'
import { announcedLength, drain, receiveBytes } from './receive-bytes.ts'

type Routes = typeof storageRoutes
export interface UploadHandlers {
  beginUpload: Handler<Routes['beginUpload']>
  putPart: Handler<Routes['putPart']>
  completeUpload: Handler<Routes['completeUpload']>
}

/** How often a beginning is tried that somebody else wins in the same moment. */
const tries = 5

/** Large files in parts that come in any order, at the same time, from several clients, and again after a crash. */
export function uploadHandlers(deps: StorageDeps): UploadHandlers {
  const { database, driver, now } = deps
  /** Only one at a time writes a part, and only one completes an upload: the others wait and find it done. */
  const inFlight = new Map<string, Promise<unknown>>()

  async function exclusively<T>(name: string, work: () => Promise<T>): Promise<T> {
    for (let other = inFlight.get(name); other !== undefined; other = inFlight.get(name)) await other.catch(() => {})
    const running = work()
    inFlight.set(name, running)
    try {
      return await running
    } finally {
      inFlight.delete(name)
    }
  }

  async function begin(tenantId: string, { sha256, size }: BlobRef): Promise<UploadState> {
    for (let attempt = 1; attempt <= tries; attempt++) {
      const { missing, upload } = await database.inTenant(tenantId, async (tx) => {
        const [missing, upload, blob] = await Promise.all([
          missingBlobs(tx, { hashes: [sha256], now: now() }),
          findUpload(tx, { sha256, size }),
          findBlob(tx, { sha256 }),
        ])
        // Such an upload would be complete at once, with as many parts as the caller likes.
        if (blob && blob.size !== size)
          throw new CodedError<ErrorCode>('request.invalid', `The file with this hash has ${blob.size} bytes.`)
        if (upload) await touchUpload(tx, { uploadId: upload.uploadId, now: now() })
        return { missing: missing.length > 0, upload }
      })
      const canGoOn = upload && upload.completed === !missing && (!missing || (await driver.resumeParts(upload.handle)))
      if (canGoOn) return stateOf(upload)

      const objectId = randomUUID()
      const key = objectKey(tenantId, objectId)
      const handle = missing ? await driver.beginParts(key, size) : key
      const replaces = upload?.handle
      const begun = await database.inTenant(tenantId, (tx) =>
        beginUpload(tx, { tenantId, sha256, size, objectId, handle, replaces, completed: !missing, now: now() }),
      )
      const useless = begun ? replaces : handle
      if (useless !== undefined) await driver.abortParts(useless)
    }
    throw new CodedError<ErrorCode>('request.conflict', 'The upload of this file is begun by too many at once.')
  }

  async function find(tenantId: string, uploadId: string): Promise<UploadRow> {
    const upload = await database.inTenant(tenantId, (tx) => findUpload(tx, { uploadId }))
    if (upload === undefined) throw new CodedError<ErrorCode>('upload.not_found', 'There is no such upload.')
    return upload
  }

  async function complete(tenantId: string, uploadId: string): Promise<BlobRef> {
    const upload = await find(tenantId, uploadId)
    const { sha256, size, objectId, handle, receipts } = upload
    if (upload.completed) return { sha256, size }
    requireAllParts(upload)
    if (!(await driver.completeParts(handle, { key: objectKey(tenantId, objectId), size, sha256, receipts }))) {
      await database.inTenant(tenantId, (tx) => deleteUpload(tx, { uploadId, handle }))
      throw new CodedError<ErrorCode>('blob.hash_mismatch', 'The parts together do not have the announced hash.')
    }
    await database.inTenant(tenantId, async (tx) => {
      await insertBlobs(tx, { tenantId, objectId, blobs: [{ sha256, size, offset: 0 }], now: now() })
      await completeUpload(tx, { uploadId, now: now() })
    })
    return { sha256, size }
  }

  return {
    beginUpload: ({ body }, { caller }) => begin(caller.tenantId, body),

    putPart: async ({ params: { uploadId, part } }, context) => {
      const { tenantId } = context.caller
      const first = await find(tenantId, uploadId)
      const place = placeOf(first, part)
      const announced = announcedLength(context)
      if (announced !== undefined && announced !== place.size)
        throw partInvalid(part, `has ${announced} bytes instead of ${place.size}`)
      await receiveBytes(context, (source) =>
        exclusively(`${uploadId}/${part}`, async () => {
          // A part that is there is never written again: it may be hashed already.
          const upload = await find(tenantId, uploadId)
          if (upload.completed || upload.received.includes(part)) {
            await drain(source)
            return
          }
          const receipt = await driver.writePart(upload.handle, place, source)
          const known = await database.inTenant(tenantId, (tx) =>
            insertPart(tx, { uploadId, handle: upload.handle, part, receipt, now: now() }),
          )
          if (!known) throw new CodedError<ErrorCode>('upload.not_found', 'The upload was begun anew meanwhile.')
        }),
      )
    },

    completeUpload: ({ params: { uploadId } }, { caller }) =>
      exclusively(uploadId, () => complete(caller.tenantId, uploadId)),
  }
}

function partCount(size: number): number {
  return Math.ceil(size / partSize)
}

function stateOf({ uploadId, sha256, size, completed, received }: UploadRow): UploadState {
  const all = completed ? Array.from({ length: partCount(size) }, (_, part) => part) : received
  return { uploadId, sha256, size, partSize, received: all }
}

function placeOf({ size }: UploadRow, part: number) {
  if (part >= partCount(size)) throw partInvalid(part, `does not exist: the file has ${partCount(size)} parts`)
  const offset = part * partSize
  return { part, offset, size: Math.min(partSize, size - offset) }
}

function requireAllParts({ size, received }: UploadRow): void {
  const total = partCount(size)
  if (received.length === total) return
  const arrived = new Set(received)
  const missing = Array.from({ length: total }, (_, part) => part).filter((part) => !arrived.has(part))
  throw new CodedError<ErrorCode>('upload.incomplete', `${missing.length} of ${total} parts are missing.`, {
    details: { missing: missing.slice(0, 1000) },
  })
}

function partInvalid(part: number, problem: string): CodedError<ErrorCode> {
  return new CodedError<ErrorCode>('upload.part_invalid', `Part ${part} ${problem}.`, { details: { part } })
}
