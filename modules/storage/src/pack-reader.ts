import { createHash, type Hash } from 'node:crypto'
import { CodedError } from '@backlot/base/errors'
import type { ErrorCode } from '@backlot/contract/errors'
import { packFileLimit, packLimit } from '@backlot/contract/schemas/storage'

/** An entry of a pack whose bytes have been seen. */
export interface PackEntry {
  /** Announced, as 32 raw bytes. */
  sha256: Buffer
  /** Of its content, within the pack. Bytes. */
  offset: number
  size: number
  /** The content has the announced hash. */
  sound: boolean
}

/** What stands before each file in a pack. Bytes. */
export const packHeadBytes = 36

export function packHead({ sha256, size }: { sha256: string; size: number }): Buffer {
  const head = Buffer.alloc(packHeadBytes)
  head.write(sha256, 'hex')
  head.writeUInt32BE(size, 32)
  return head
}

/**
 * Reads a pack (see `packMediaType` of the contract) as its bytes pass by, in pieces of any size, and checks every
 * entry. Holds no content: 36 bytes and one hash, whatever the pack's size.
 */
export class PackReader {
  readonly entries: PackEntry[] = []
  readonly #head = Buffer.alloc(packHeadBytes)
  #headFilled = 0
  #position = 0
  #rest = 0
  #hash: Hash | undefined

  /** @throws `request.too_large` as soon as the pack is known to exceed `packLimit` or `packFileLimit` */
  push(chunk: Uint8Array): void {
    if (this.#position + chunk.length > packLimit) throw tooLarge()
    for (let at = 0; at < chunk.length;)
      at += this.#hash === undefined ? this.#takeHead(chunk, at) : this.#take(chunk, at)
  }

  /** @throws `blob.malformed_pack` when the pack ends within an entry, or has none. */
  end(): void {
    if (this.#headFilled > 0) throw malformed('The pack ends in the middle of an entry.')
    if (this.entries.length === 0) throw malformed('The pack is empty.')
  }

  #takeHead(chunk: Uint8Array, at: number): number {
    const taken = Math.min(packHeadBytes - this.#headFilled, chunk.length - at)
    this.#head.set(chunk.subarray(at, at + taken), this.#headFilled)
    this.#headFilled += taken
    this.#position += taken
    if (this.#headFilled === packHeadBytes) {
      if (this.entries.length === packFileLimit) throw tooLarge()
      this.#rest = this.#head.readUInt32BE(32)
      if (this.#position + this.#rest > packLimit) throw tooLarge()
      this.#hash = createHash('sha256')
      if (this.#rest === 0) this.#finish(0)
    }
    return taken
  }

  #take(chunk: Uint8Array, at: number): number {
    const taken = Math.min(this.#rest, chunk.length - at)
    this.#hash?.update(chunk.subarray(at, at + taken))
    this.#position += taken
    this.#rest -= taken
    if (this.#rest === 0) this.#finish(this.#head.readUInt32BE(32))
    return taken
  }

  #finish(size: number): void {
    const sha256 = Buffer.from(this.#head.subarray(0, 32))
    const sound = this.#hash?.digest().equals(sha256) ?? false
    this.entries.push({ sha256, offset: this.#position - size, size, sound })
    this.#hash = undefined
    this.#headFilled = 0
  }
}

function malformed(message: string): CodedError<ErrorCode> {
  return new CodedError<ErrorCode>('blob.malformed_pack', message)
}

export function tooLarge(): CodedError<ErrorCode> {
  return new CodedError<ErrorCode>(
    'request.too_large',
    `A pack may have ${packLimit} bytes and ${packFileLimit} files.`,
    {
      details: { limit: packLimit, fileLimit: packFileLimit },
    },
  )
}
