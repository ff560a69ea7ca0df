import { ApiError, type Client } from '@backlot/contract/client'
import { packTarget } from '@backlot/contract/schemas/storage'
import { type BlobSource, BufferPool } from './blob-source.ts'
import { sendCounted } from './counted-body.ts'
import { changed } from './file-work.ts'
import { Gate, together } from './gate.ts'
import { packHeadBytes, planPacks } from './pack-format.ts'
import { type Retries, withRetries } from './retry-policy.ts'

/** The calls that sending needs: a client of the contract has them. */
export type UploadClient = Pick<Client, 'missingBlobs' | 'putPack' | 'beginUpload' | 'putPart' | 'completeUpload'>

/** One file as it went over, for reports. */
export interface FileSent {
  /** Path on this machine. */
  file: string
  size: number
  /** From the first byte to the server's confirmation; of its whole pack for a small file. */
  seconds: number
}

export interface SendOptions {
  /** The bytes of a pack with these files. */
  pack: (sources: readonly BlobSource[], signal: AbortSignal) => Promise<Uint8Array>
  /** Requests at the same time. Each holds at most 16 MB of memory. */
  concurrency: number
  signal: AbortSignal | undefined
  retries: Retries | undefined
  /** Seconds without any byte moving before a request is given up and repeated. */
  stallSeconds: number
  /** Negative when bytes have to go again. */
  onBytes: (bytes: number) => void
  onSent: (sent: FileSent) => void
}

/** An upload that was cleaned up under our hands is begun again so often. */
const begins = 3

/**
 * Sends blobs, each hash once. Those up to the size of a pack travel in packs (a lone 5 MB file as one request instead
 * of three), larger ones in parts, all at the same time.
 *
 * @throws `transfer.file_changed`, `transfer.unreadable`, `ApiError`
 */
export async function sendBlobs(
  client: UploadClient,
  sources: readonly BlobSource[],
  options: SendOptions,
): Promise<void> {
  const large = sources.filter((source) => source.size > packTarget)
  const small = sources.filter((source) => source.size <= packTarget)
  const gate = new Gate(options.concurrency)
  const buffers = new BufferPool()
  await together(options.signal, (signal) => [
    ...large.map((source) => sendLarge(client, source, { ...options, gate, buffers, signal })),
    ...planPacks(small, packTarget).map((pack) => gate.run(() => sendPack(client, pack, signal, options))),
  ])
}

async function sendPack(
  client: UploadClient,
  sources: readonly BlobSource[],
  signal: AbortSignal,
  options: SendOptions,
): Promise<void> {
  signal.throwIfAborted()
  const started = performance.now()
  const pack = await options.pack(sources, signal)
  const onBytes = withoutHeads(sources.length, options.onBytes)
  const send = () => sendCounted(pack, { ...options, signal, onBytes }, (body, call) => client.putPack({ body }, call))
  const { rejected } = await withRetries(send, options.retries, signal)
  const broken = sources.find((source) => rejected.includes(source.sha256))
  if (broken) throw changed(broken.file)
  const seconds = (performance.now() - started) / 1000
  for (const { file, size } of sources) options.onSent({ file, size, seconds })
}

/** Progress is told in bytes of files: what a pack adds to them is not counted. */
function withoutHeads(files: number, onBytes: (bytes: number) => void): (bytes: number) => void {
  let moved = 0
  let told = 0
  return (bytes) => {
    moved += bytes
    const due = Math.max(0, moved - files * packHeadBytes)
    onBytes(due - told)
    told = due
  }
}

/** What all parts of all files share. */
interface PartOptions extends SendOptions {
  gate: Gate
  buffers: BufferPool
  signal: AbortSignal
}

async function sendLarge(client: UploadClient, source: BlobSource, options: PartOptions): Promise<void> {
  for (let begun = 1; ; begun++) {
    try {
      return await sendParts(client, source, options)
    } catch (error) {
      const isGone = error instanceof ApiError && error.code === 'upload.not_found'
      if (!isGone || begun === begins) throw error
    }
  }
}

async function sendParts(
  client: UploadClient,
  { file, sha256, size, read }: BlobSource,
  { gate, buffers, signal: outer, onBytes, onSent, retries, stallSeconds }: PartOptions,
): Promise<void> {
  const request = <T>(work: () => Promise<T>) => gate.run(() => withRetries(work, retries, outer))
  const upload = await request(() => client.beginUpload({ body: { sha256, size } }, { signal: outer }))
  const started = performance.now()
  const { uploadId, partSize } = upload
  const received = new Set(upload.received)
  const parts = Array.from({ length: Math.ceil(size / partSize) }, (_, part) => part)
  const lengthOf = (part: number) => Math.min(partSize, size - part * partSize)
  let counted = 0
  const count = (bytes: number) => {
    counted += bytes
    onBytes(bytes)
  }

  for (const part of received) count(lengthOf(part))
  const sendPart = async (part: number, signal: AbortSignal) => {
    signal.throwIfAborted()
    await buffers.lend(Math.min(partSize, size), async (buffer) => {
      const bytes = await read(part * partSize, lengthOf(part), buffer)
      const send = () =>
        sendCounted(bytes, { signal, onBytes: count, stallSeconds }, (body, call) =>
          client.putPart({ params: { uploadId, part }, body }, call),
        )
      await withRetries(send, retries, signal)
    })
  }
  try {
    await together(outer, (signal) =>
      parts.filter((part) => !received.has(part)).map((part) => gate.run(() => sendPart(part, signal))),
    )
    await request(() => client.completeUpload({ params: { uploadId } }, { signal: outer }))
  } catch (error) {
    onBytes(-counted)
    if (error instanceof ApiError && error.code === 'blob.hash_mismatch') throw changed(file)
    throw error
  }
  onSent({ file, size, seconds: (performance.now() - started) / 1000 })
}
