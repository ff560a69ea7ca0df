import { BlendFileError } from '../errors.ts'

/** Bytes of the content that are replaced by others, maybe by more or fewer. */
export interface Patch {
  readonly start: number
  readonly end: number
  readonly bytes: Uint8Array
  /** What must be at `start` now, at most `end - start` bytes: a patch that was made for another file changes nothing. */
  readonly expected: Uint8Array
}

/** Patches in order, none over another; applied to the content piece by piece. */
export class PatchList {
  readonly #patches: readonly Patch[]

  /** `patches`: sorted by `start`, not overlapping, none of them empty. */
  constructor(patches: readonly Patch[]) {
    this.#patches = patches
  }

  get count(): number {
    return this.#patches.length
  }

  /** Where the last patch ends; 0 without any. */
  get end(): number {
    return this.#patches.at(-1)?.end ?? 0
  }

  /** Whether anything changes in the content's bytes [start, end). */
  touches(start: number, end: number): boolean {
    const patch = start < end ? this.#patches[this.#firstAfter(start)] : undefined
    return patch !== undefined && patch.start < end
  }

  /**
   * `bytes` of the content, which start at `start`, as they are to be; the same array where nothing changes. A patch
   * that reaches over several pieces is cut so that pieces keep their lengths, and what is longer or shorter is in the
   * last. Throws `blend.changed`.
   */
  apply(bytes: Uint8Array, start: number): Uint8Array {
    const end = start + bytes.length
    const parts: Uint8Array[] = []
    let at = start
    for (let index = this.#firstAfter(start); index < this.#patches.length; index++) {
      const patch = this.#patches[index]!
      if (patch.start >= end) break
      const from = Math.max(patch.start, start)
      const to = Math.min(patch.end, end)
      const old = bytes.subarray(from - start, to - start)
      check(old, patch, from - patch.start)
      const fresh = part(patch, from, to)
      // A path that reaches over two frames may differ only in one of them: the other stays as it is.
      if (isSame(old, fresh)) continue
      parts.push(bytes.subarray(at - start, from - start), fresh)
      at = to
    }
    if (parts.length === 0) return bytes
    parts.push(bytes.subarray(at - start))
    return join(parts)
  }

  /** How much longer the content's bytes [start, end) become. */
  growth(start: number, end: number): number {
    let growth = 0
    for (let index = this.#firstAfter(start); index < this.#patches.length; index++) {
      const patch = this.#patches[index]!
      if (patch.start >= end) break
      const [from, to] = [Math.max(patch.start, start), Math.min(patch.end, end)]
      growth += part(patch, from, to).length - (to - from)
    }
    return growth
  }

  /** Number of the first patch that ends behind `offset`. */
  #firstAfter(offset: number): number {
    let low = 0
    let high = this.#patches.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#patches[middle]!.end <= offset) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** What of a patch belongs to the piece that it covers from `from` to `to`. */
function part({ start, end, bytes }: Patch, from: number, to: number): Uint8Array {
  return bytes.subarray(Math.min(from - start, bytes.length), to === end ? undefined : to - start)
}

function check(found: Uint8Array, { start, expected }: Patch, skipped: number): void {
  const rest = expected.subarray(skipped)
  const length = Math.min(rest.length, found.length)
  for (let i = 0; i < length; i++) if (found[i] !== rest[i]) throw fileChanged(start)
}

export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}

/** The file is not the one that was traced. */
export function fileChanged(offset: number): BlendFileError {
  const message = `The .blend has changed since it was traced: at byte ${offset} is not what was there.`
  return new BlendFileError('blend.changed', message, { offset })
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const joined = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}
