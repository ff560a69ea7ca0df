import { BlendFileError } from '../errors.ts'
import type { BlendHeader } from '../file/header.ts'
import { blockHeadBytes } from '../file/header.ts'
import type { CharField } from '../file/struct-view.ts'
import { endOfFolder } from '../path/blend-path.ts'
import { decodePathBytes, encodePathText } from '../path/path-text.ts'
import type { StoredPath } from '../trace/result.ts'
import type { Patch } from './patch.ts'
import { isSame } from './patch.ts'
import type { BlockPlace, FieldPlace, SplitPlace } from './place.ts'

/** A path of a .blend, and what is to be stored instead. */
export interface PathEdit {
  /** From a trace of the file as it is now. */
  readonly usage: EditedPath
  /**
   * As it is to be in the file, bytes that are not UTF-8 escaped (path-text.ts). Of a strip with many images: the first
   * one, the others move to its folder and keep their names; or all of them, in one folder.
   */
  readonly stored: string | readonly string[]
}

/** What an edit must know of a usage. */
export type EditedPath = Pick<StoredPath, 'block' | 'field' | 'stored' | 'list' | 'place'>

/** A path that is longer than its place. Bytes without the ending zero. */
export interface TooLongPath {
  readonly block: string
  readonly field: string
  readonly stored: string
  readonly bytes: number
  readonly mostBytes: number
}

/** Blender copies every path into a buffer of this size and cuts what is longer. */
const longestPath = 1024
const none = new Uint8Array(0)

/**
 * What edits change in the content, in order; paths that stay as they are change nothing. Throws `blend.path_too_long`,
 * which lists all that do not fit, `blend.path_not_storable` and `blend.edits_conflict`.
 */
export function patchesOf(edits: Iterable<PathEdit>, header: BlendHeader): Patch[] {
  const patches = new PatchMaker(header)
  for (const edit of edits) patches.add(edit)
  return patches.finish()
}

class PatchMaker {
  readonly #header: BlendHeader
  readonly #patches = new Map<number, Patch>()
  readonly #tooLong: TooLongPath[] = []

  constructor(header: BlendHeader) {
    this.#header = header
  }

  add({ usage, stored }: PathEdit): void {
    const { place } = usage
    const paths = typeof stored === 'string' ? [stored] : stored
    if (paths[0] === undefined) throw notStorable(usage, 'there is no path to store')
    if (place === undefined) {
      if (paths[0] === usage.stored) return
      throw notStorable(usage, 'it is written in no field of this file')
    }
    const path = bytesOf(usage, paths[0])
    if (place.how === 'split') {
      this.#addFirst(usage, place, path)
      if (typeof stored !== 'string') this.#addList(usage, place, stored)
      return
    }
    if (paths.length > 1) throw notStorable(usage, 'it is one path, not several')
    if (place.how === 'field') this.#addField(usage, place, path)
    else this.#addBlock(usage, place, path)
  }

  finish(): Patch[] {
    if (this.#tooLong.length > 0) throw tooLong(this.#tooLong)
    const patches = [...this.#patches.values()].toSorted((a, b) => a.start - b.start)
    for (let i = 1; i < patches.length; i++) if (patches[i - 1]!.end > patches[i]!.start) throw conflict(patches[i]!)
    return patches
  }

  #addField(usage: EditedPath, place: FieldPlace, path: Uint8Array): void {
    const old = encodePathText(usage.stored)
    if (isSame(path, old)) return
    this.#addChars(usage, place, path, old)
    for (const copy of place.copies ?? []) this.#addChars(usage, copy, path, undefined)
  }

  /** `old`: undefined when it is not known. */
  #addChars(usage: EditedPath, { at, capacity }: CharField, text: Uint8Array, old: Uint8Array | undefined): void {
    if (!this.#fits(usage, text, capacity)) return
    // As far as the longer of both and its zero: nothing of the old path stays behind it.
    const length = old === undefined ? capacity : Math.min(Math.max(old.length, text.length) + 1, capacity)
    const bytes = new Uint8Array(length)
    bytes.set(text)
    this.#put({ start: at, end: at + length, bytes, expected: old === undefined ? none : terminated(old, length) })
  }

  #addBlock(usage: EditedPath, { at, length, counts = [] }: BlockPlace, path: Uint8Array): void {
    const old = encodePathText(usage.stored)
    if (isSame(path, old) || !this.#fits(usage, path, longestPath)) return
    // With a zero at its end, and then to a multiple of four, as Blender wrote all blocks until it did no more (4.5).
    const bytes = new Uint8Array((path.length + 4) & ~3)
    bytes.set(path)
    this.#put({ start: at, end: at + length, bytes, expected: terminated(old, length) })
    if (bytes.length !== length) this.#put(this.#lengthPatch(at, length, bytes.length))
    for (const count of counts) {
      const number = new DataView(new ArrayBuffer(4))
      number.setInt32(0, path.length + 1, this.#header.littleEndian)
      this.#put({ start: count, end: count + 4, bytes: new Uint8Array(number.buffer), expected: none })
    }
  }

  /** The block's length in its head, which is right before its data. */
  #lengthPatch(at: number, from: number, to: number): Patch {
    const { blockHead, littleEndian } = this.#header
    const isLarge = blockHead === 'LargeBHead8'
    const encode = (value: number): Uint8Array => {
      const view = new DataView(new ArrayBuffer(isLarge ? 8 : 4))
      if (isLarge) view.setBigInt64(0, BigInt(value), littleEndian)
      else view.setInt32(0, value, littleEndian)
      return new Uint8Array(view.buffer)
    }
    const start = at - blockHeadBytes[blockHead] + (isLarge ? 16 : 4)
    const bytes = encode(to)
    return { start, end: start + bytes.length, bytes, expected: encode(from) }
  }

  #addFirst(usage: EditedPath, place: SplitPlace, path: Uint8Array): void {
    const old = encodePathText(usage.stored)
    if (isSame(path, old)) return
    const { folder, name } = place
    const oldFolder = old.subarray(0, folder.length)
    const newFolder = path.subarray(0, endOfFolder(path))
    if (!isSameFolder(newFolder, oldFolder)) this.#addChars(usage, folder, newFolder, oldFolder)
    this.#addName(usage, name, path, nameIn(old, folder.length))
  }

  #addName(usage: EditedPath, place: CharField, path: Uint8Array, old: Uint8Array): void {
    const name = path.subarray(endOfFolder(path))
    if (name.length === 0) throw notStorable(usage, 'it names a folder and no file')
    if (!isSame(name, old)) this.#addChars(usage, place, name, old)
  }

  /** All paths of a strip with many images; the first of them is `#addFirst`'s. */
  #addList(usage: EditedPath, { folder: { length }, name }: SplitPlace, paths: readonly string[]): void {
    const list = usage.list ?? [usage.stored]
    if (paths.length !== list.length) throw notStorable(usage, `it has ${list.length} files, not ${paths.length}`)
    if (paths.every((path, index) => path === list[index])) return
    const first = bytesOf(usage, paths[0]!)
    const folder = first.subarray(0, endOfFolder(first))
    for (let i = 1; i < paths.length; i++) {
      const path = bytesOf(usage, paths[i]!)
      if (!isSame(path.subarray(0, endOfFolder(path)), folder)) {
        throw notStorable(usage, 'its files must be in one folder')
      }
      const place = { at: name.at + i * name.stride, capacity: name.capacity }
      this.#addName(usage, place, path, nameIn(encodePathText(list[i]!), length))
    }
  }

  #fits({ block, field }: EditedPath, text: Uint8Array, capacity: number): boolean {
    if (text.length < capacity) return true
    this.#tooLong.push({ block, field, stored: decodePathBytes(text), bytes: text.length, mostBytes: capacity - 1 })
    return false
  }

  /** Several usages may be of one place (bakes of one modifier): then they must agree. */
  #put(patch: Patch): void {
    const other = this.#patches.get(patch.start)
    if (other !== undefined && !isSame(other.bytes, patch.bytes)) throw conflict(patch)
    this.#patches.set(patch.start, patch)
  }
}

function bytesOf(usage: EditedPath, stored: string): Uint8Array {
  const bytes = encodePathText(stored)
  if (bytes.length === 0) throw notStorable(usage, 'an empty path means none')
  if (bytes.includes(0)) throw notStorable(usage, 'a path ends at its first zero byte')
  return bytes
}

/** The name behind a folder of `length` bytes, as they were joined (`joinStored`). */
function nameIn(joined: Uint8Array, length: number): Uint8Array {
  const needsSlash = length > 0 && endOfFolder(joined.subarray(0, length)) < length
  return joined.subarray(needsSlash ? length + 1 : length)
}

/** With its ending zero, if there is room for one. */
function terminated(text: Uint8Array, capacity: number): Uint8Array {
  const bytes = new Uint8Array(Math.min(text.length + 1, capacity))
  bytes.set(text.subarray(0, bytes.length))
  return bytes
}

/** `a` ends with a slash where `b` may have none. */
function isSameFolder(a: Uint8Array, b: Uint8Array): boolean {
  return isSame(a, b) || (b.length > 0 && a.length === b.length + 1 && isSame(a.subarray(0, -1), b))
}

function tooLong(paths: readonly TooLongPath[]): BlendFileError {
  const shown = paths
    .slice(0, 5)
    .map(({ block, field, bytes, mostBytes }) => `${block} ${field}: ${bytes} of at most ${mostBytes} bytes`)
  const more = paths.length > shown.length ? `; and ${paths.length - shown.length} more` : ''
  const what = paths.length === 1 ? 'A path does' : `${paths.length} paths do`
  return new BlendFileError('blend.path_too_long', `${what} not fit: ${shown.join('; ')}${more}.`, {
    details: { paths },
  })
}

function notStorable({ block, field, stored }: EditedPath, why: string): BlendFileError {
  const message = `The path ${stored} of ${block} (${field}) can't be changed like this: ${why}.`
  return new BlendFileError('blend.path_not_storable', message, { details: { block, field, stored } })
}

function conflict({ start }: Patch): BlendFileError {
  const message = `Two edits write different paths to the same place, byte ${start}.`
  return new BlendFileError('blend.edits_conflict', message, { offset: start })
}
