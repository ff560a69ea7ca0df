import { decodePathBytes } from './path-text.ts'

/**
 * A path as it is stored in a .blend: bytes, from any system, often relative to the .blend (`//`). Not a path on a
 * disk: `resolvePath` makes one.
 */
export class BlendPath {
  readonly bytes: Uint8Array

  /** Copies: the bytes may be a view of a page that is re-used. */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes.slice()
  }

  get isEmpty(): boolean {
    return this.bytes.length === 0
  }

  /** Ends with a slash, as `//`, the folder of the .blend, does: that is no file. */
  get isFolder(): boolean {
    const last = this.bytes.at(-1)
    return last === slash || last === backslash
  }

  /** Starts with `//`: relative to the folder of the .blend that it is stored in. */
  get isRelative(): boolean {
    return this.bytes[0] === slash && this.bytes[1] === slash
  }

  /** As text, without loss (see path-text.ts). */
  toString(): string {
    return decodePathBytes(this.bytes)
  }
}

/** A folder and a file name that are stored apart, as the sequencer does. */
export function joinStored(directory: Uint8Array, name: Uint8Array): BlendPath {
  const last = directory[directory.length - 1]
  const needsSlash = directory.length > 0 && last !== slash && last !== backslash
  const joined = new Uint8Array(directory.length + name.length + (needsSlash ? 1 : 0))
  joined.set(directory)
  if (needsSlash) joined[directory.length] = slash
  joined.set(name, joined.length - name.length)
  return new BlendPath(joined)
}

/** Bytes of a path up to its file name, the last slash among them. */
export function endOfFolder(path: Uint8Array): number {
  return Math.max(path.lastIndexOf(slash), path.lastIndexOf(backslash)) + 1
}

const slash = 0x2f
const backslash = 0x5c
