import type { Readable } from 'node:stream'

/**
 * Where bytes are kept.
 *
 * object  bytes under a key that is never used twice, whole and durable, or not there at all. It holds one large blob,
 *         or all small blobs of one pack: a driver knows nothing of hashes, tenants or the database.
 * key     `folder/uuid`, both in lower case: the folder is the tenant's. Because a new upload always gets a new key, a
 *         clean-up can never delete what somebody stored again in the same moment.
 * handle  what a driver calls an object that arrives in parts, until it is complete. Kept in the database: parts may
 *         arrive at another server, or after a restart.
 *
 * An S3 driver fits in: `create` is a PUT (or a multipart upload that is completed on commit), parts are S3 parts whose
 * ETags are the receipts, `completeParts` completes and reads the object back for its hash.
 *
 * Every method throws `storage.disk_full` when space ran out and `storage.unavailable` when the store does not answer.
 */
export interface StorageDriver {
  /** A new object. Nothing of it is visible before it is committed. */
  create(key: string): Promise<ObjectWriter>
  /** Bytes [start, end). Undefined when there is no such object. */
  read(key: string, start: number, end: number): Promise<Readable | undefined>
  stat(key: string): Promise<StoredObject | undefined>
  /** No error when it is gone already. */
  delete(key: string): Promise<void>
  /** Every object, in no order, for the clean-up. */
  list(): AsyncIterable<StoredObject>
  /** Free bytes, where the store has a limit that can be known. */
  freeBytes(): Promise<number | undefined>

  beginParts(key: string, size: number): Promise<string>
  /** Whether the parts that arrived are still there. Keeps them from the clean-up. */
  resumeParts(handle: string): Promise<boolean>
  /** Durable when it returns: the receipt. A source that gives more or less than `size` is `upload.part_invalid`. */
  writePart(handle: string, part: PartPlace, source: AsyncIterable<Uint8Array>): Promise<string>
  /** All parts are there: makes the object if the whole has this hash; else nothing is left of it. Whether it had. */
  completeParts(handle: string, whole: WholeUpload): Promise<boolean>
  abortParts(handle: string): Promise<void>

  /** Removes what was begun before that time and never finished. How many. */
  sweepUnfinished(before: Date): Promise<number>
  close(): Promise<void>
}

export interface ObjectWriter {
  /** Takes the bytes; the buffer may not be changed afterwards. Waits when the disk is slower than the network. */
  write(chunk: Uint8Array): Promise<void>
  /** Durable and visible when it returns. */
  commit(): Promise<void>
  /** Leaves nothing. Also after a failed `write` or `commit`; after a successful one it does nothing. */
  discard(): Promise<void>
}

export interface StoredObject {
  key: string
  size: number
  storedAt: Date
}

export interface PartPlace {
  /** From 0. */
  part: number
  /** Bytes before it in the whole. */
  offset: number
  size: number
}

export interface WholeUpload {
  key: string
  size: number
  /** Hexadecimal. */
  sha256: string
  /** Of all parts, in order. */
  receipts: readonly string[]
}
