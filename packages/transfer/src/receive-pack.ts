import { createHash } from 'node:crypto'
import { ApiError, type Client } from '@backlot/contract/client'
import type { BlobRef } from '@backlot/contract/schemas/storage'
import { packHeadBytes, packSize } from './pack-format.ts'
import { type Retries, withRetries } from './retry-policy.ts'
import { type StallOptions, watchStall } from './watch-stall.ts'

/** The calls that receiving many files needs: a client of the contract has them. */
export type ReceiveClient = Pick<Client, 'readBlob' | 'readPack'>

export interface ReceivePackOptions extends StallOptions {
  retries?: Retries | undefined
}

/**
 * A file up to this size travels in packs, a larger one alone: it is long enough under way for a round trip not to
 * count, and it can be resumed. Bytes.
 */
export const packedUpTo = 1_000_000

/**
 * Asks for small files in one request, and hands each on as soon as it is there and has its hash. When the connection
 * breaks, the next try asks for the rest. A pack is held in memory: about 8 MB.
 *
 * Returns what did not come with its hash, or is not there any more: asked for alone, it tells why.
 */
export async function receivePack(
  client: ReceiveClient,
  blobs: readonly BlobRef[],
  keep: (blob: BlobRef, bytes: Uint8Array) => Promise<void> | void,
  options: ReceivePackOptions = {},
): Promise<BlobRef[]> {
  const rest = new Map(blobs.map((blob) => [blob.sha256, blob]))
  try {
    await withRetries(() => receiveOnce(client, rest, keep, options), options.retries, options.signal)
  } catch (error) {
    // Some are gone, or may not be read, or the server is too old for packs.
    if (!(error instanceof ApiError && error.kind === 'not_found')) throw error
  }
  return [...rest.values()]
}

async function receiveOnce(
  client: ReceiveClient,
  rest: Map<string, BlobRef>,
  keep: (blob: BlobRef, bytes: Uint8Array) => Promise<void> | void,
  options: ReceivePackOptions,
): Promise<void> {
  const asked = new Map(rest)
  if (asked.size === 0) return
  const pack = Buffer.allocUnsafe(packSize([...asked.values()]))
  const watch = watchStall(options)
  try {
    const response = await client.readPack({ body: { hashes: [...asked.keys()] } }, { signal: watch.signal })
    let filled = 0
    let at = 0
    for await (const chunk of response.body ?? []) {
      watch.moved()
      if (filled + chunk.length > pack.length)
        throw new ApiError('server.internal', 'The server sent more bytes than the files have.')
      pack.set(chunk, filled)
      filled += chunk.length
      for (let entry = entryAt(pack, at, filled); entry; entry = entryAt(pack, at, filled)) {
        at += packHeadBytes + entry.content.length
        const blob = asked.get(entry.sha256)
        if (blob === undefined || !isSound(blob, entry.content)) continue
        options.signal?.throwIfAborted()
        rest.delete(blob.sha256)
        await keep(blob, entry.content)
      }
    }
    if (filled < pack.length) throw new ApiError('network.unreachable', 'The connection ended within the files.')
  } catch (error) {
    throw watch.reason() ?? error
  } finally {
    watch.end()
  }
}

/** The entry that begins here, when it is whole. */
function entryAt(pack: Buffer, at: number, filled: number): { sha256: string; content: Buffer } | undefined {
  const start = at + packHeadBytes
  if (start > filled) return undefined
  const end = start + pack.readUInt32BE(start - 4)
  if (end > filled) return undefined
  return { sha256: pack.toString('hex', at, at + 32), content: pack.subarray(start, end) }
}

function isSound({ sha256, size }: BlobRef, content: Uint8Array): boolean {
  return content.length === size && createHash('sha256').update(content).digest('hex') === sha256
}
