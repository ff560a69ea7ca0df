import { corrupt } from '../errors.ts'
import type { Layout } from './sdna.ts'
import type { StructDef } from './struct-def.ts'

/** Blender's longest text inside a struct is a path of 1024 bytes. */
const longestText = 8192

/** A pointer's value: an address in the memory of the Blender that saved the file. */
export interface Pointer {
  readonly low: number
  readonly high: number
}

/** Where a `char name[capacity]` is: bytes from the start of the uncompressed content. */
export interface CharField {
  readonly at: number
  /** Bytes of the field, its ending zero among them. */
  readonly capacity: number
}

/**
 * One struct in a block's bytes, read by the names of its own file's SDNA. A field that this Blender did not have yet
 * (or any more) reads as 0, null or no bytes; `has` tells.
 */
export class StructView {
  readonly def: StructDef
  readonly bytes: Uint8Array
  readonly #view: DataView
  readonly #start: number
  readonly #layout: Layout
  readonly #origin: number

  /**
   * `origin`: where the bytes are in the file's content. Throws `blend.corrupt` when they are too few for the struct.
   */
  constructor(def: StructDef, bytes: Uint8Array, start: number, layout: Layout, origin: number) {
    if (start + def.size > bytes.length) throw corrupt(`a block is too short for its struct ${def.name}`)
    this.def = def
    this.bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#start = start
    this.#layout = layout
    this.#origin = origin
  }

  has(path: string): boolean {
    return this.def.field(path) !== undefined
  }

  /** A whole number (char, short, int, or a 64-bit one as far as it is exact). */
  int(path: string): number {
    const field = this.def.field(path)
    if (field === undefined || field.pointerDepth > 0) return 0
    const at = this.#start + field.offset
    const { littleEndian } = this.#layout
    switch (field.type) {
      case 'char':
      case 'uchar':
        return this.#view.getUint8(at)
      case 'int8_t':
        return this.#view.getInt8(at)
      case 'short':
        return this.#view.getInt16(at, littleEndian)
      case 'ushort':
        return this.#view.getUint16(at, littleEndian)
      case 'int':
      case 'long':
        return this.#view.getInt32(at, littleEndian)
      case 'ulong':
      case 'uint32_t':
        return this.#view.getUint32(at, littleEndian)
      case 'int64_t':
        return Number(this.#view.getBigInt64(at, littleEndian))
      case 'uint64_t':
        return Number(this.#view.getBigUint64(at, littleEndian))
      default:
        return 0
    }
  }

  float(path: string): number {
    const field = this.def.field(path)
    if (field === undefined || field.pointerDepth > 0) return 0
    const at = this.#start + field.offset
    if (field.type === 'float') return this.#view.getFloat32(at, this.#layout.littleEndian)
    return field.type === 'double' ? this.#view.getFloat64(at, this.#layout.littleEndian) : this.int(path)
  }

  /** Bytes of a `char name[n]` up to its zero; none when there is no such field. */
  chars(path: string): Uint8Array {
    const field = this.def.field(path)
    if (field === undefined || field.pointerDepth > 0 || field.size !== 1) return new Uint8Array(0)
    if (field.length > longestText) throw corrupt(`its struct ${this.def.name} has a text of ${field.length} bytes`)
    const from = this.#start + field.offset
    const all = this.bytes.subarray(from, from + field.length)
    const end = all.indexOf(0)
    return end < 0 ? all : all.subarray(0, end)
  }

  /** Where a `char name[n]` is; undefined when there is no such field. */
  charField(path: string): CharField | undefined {
    const field = this.def.field(path)
    if (field === undefined || field.pointerDepth > 0 || field.size !== 1) return undefined
    return { at: this.#origin + this.#start + field.offset, capacity: field.length }
  }

  /** Where a field is in the uncompressed content; undefined when there is no such field. */
  position(path: string): number | undefined {
    const field = this.def.field(path)
    return field && this.#origin + this.#start + field.offset
  }

  /** Null for a null pointer. `index`: for an array of pointers. */
  pointer(path: string, index = 0): Pointer | null {
    const field = this.def.field(path)
    if (field === undefined || field.pointerDepth === 0 || index >= field.length) return null
    return readPointer(this.#view, this.#start + field.offset + index * field.size, this.#layout)
  }

  /** A struct inside this one. `index`: for an array of structs. */
  struct(path: string, index = 0): StructView | undefined {
    const field = this.def.field(path)
    if (field === undefined || field.pointerDepth > 0 || index >= field.length) return undefined
    const inner = this.def.structNamed(field.type)
    if (inner === undefined) return undefined
    return new StructView(
      inner,
      this.bytes,
      this.#start + field.offset + index * field.size,
      this.#layout,
      this.#origin,
    )
  }
}

export function readPointer(view: DataView, at: number, layout: Layout): Pointer | null {
  const { littleEndian, pointerSize } = layout
  if (pointerSize === 4) {
    const low = view.getUint32(at, littleEndian)
    return low === 0 ? null : { low, high: 0 }
  }
  const low = view.getUint32(littleEndian ? at : at + 4, littleEndian)
  const high = view.getUint32(littleEndian ? at + 4 : at, littleEndian)
  return low === 0 && high === 0 ? null : { low, high }
}
