import type { BlendFileError } from '../errors.ts'
import { corrupt } from '../errors.ts'
import { StructDef } from './struct-def.ts'

/**
 * The catalogue of a file's structs ("SDNA"): what every block's bytes mean. Each .blend carries that of the Blender
 * that saved it. Names are those on disk, which are older than the ones in Blender's Python API (an image's `filepath`
 * is `name`).
 *
 * Layout of the DNA1 block: `SDNA`, then `NAME` count and zero-terminated field names (`*next`, `mat[4][4]`), `TYPE`
 * count and type names, `TLEN` a size (u16) per type, `STRC` count and per struct: type, number of fields, and for
 * each field type and name. Every section starts at a multiple of four.
 */
export interface Sdna {
  readonly structs: readonly StructDef[]
  readonly byName: ReadonlyMap<string, StructDef>
}

export interface Layout {
  readonly pointerSize: 4 | 8
  readonly littleEndian: boolean
}

/** Keeps `bytes`. Throws `blend.corrupt`; a struct whose fields make no sense throws when they are asked for. */
export function parseSdna(bytes: Uint8Array, layout: Layout): Sdna {
  const reader = new Reader(bytes, layout.littleEndian)
  reader.tag('SDNA')
  reader.tag('NAME')
  const names = reader.strings()
  reader.tag('TYPE')
  const types = reader.strings()
  reader.tag('TLEN')
  const sizes = types.map(() => reader.uint16())
  reader.tag('STRC')
  const structCount = reader.count(4)
  checkTypes(types, sizes)

  const byName = new Map<string, StructDef>()
  const vocabulary = { names, types, sizes, structs: byName, view: reader.view, ...layout }
  const structs: StructDef[] = []
  for (let index = 0; index < structCount; index++) {
    const type = reader.uint16()
    const name = types[type]
    if (name === undefined) throw corrupt('its DNA1 block refers to a type that is not there')
    if (byName.has(name)) throw corrupt('its DNA1 block has a struct twice')
    const count = reader.uint16()
    const struct = new StructDef(name, index, sizes[type]!, vocabulary, reader.skip(4 * count), count)
    structs.push(struct)
    byName.set(name, struct)
  }
  return { structs, byName }
}

/** Bytes of the types that are read as numbers; a catalogue that says less would have us read past a struct's end. */
const numberBytes: Readonly<Record<string, number>> = {
  char: 1,
  uchar: 1,
  int8_t: 1,
  short: 2,
  ushort: 2,
  int: 4,
  long: 4,
  ulong: 4,
  uint32_t: 4,
  float: 4,
  double: 8,
  int64_t: 8,
  uint64_t: 8,
}

function checkTypes(types: readonly string[], sizes: readonly number[]): void {
  if (new Set(types).size < types.length) throw corrupt('its DNA1 block has a type twice')
  for (const [index, type] of types.entries()) {
    const needed = Object.hasOwn(numberBytes, type) ? numberBytes[type]! : 0
    if (sizes[index]! < needed) throw corrupt(`its DNA1 block says that ${type} has ${sizes[index]} bytes`)
  }
}

/** Names, types and structs are numbered with 16 bits. */
const mostEntries = 65_536
const decoder = new TextDecoder()

class Reader {
  readonly view: DataView
  readonly #bytes: Uint8Array
  readonly #littleEndian: boolean
  #at = 0

  constructor(bytes: Uint8Array, littleEndian: boolean) {
    this.#bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#littleEndian = littleEndian
  }

  tag(letters: string): void {
    this.#at = (this.#at + 3) & ~3
    this.#need(4)
    for (let i = 0; i < 4; i++) {
      if (this.#bytes[this.#at + i] !== letters.charCodeAt(i)) throw corrupt(`its DNA1 block has no ${letters} section`)
    }
    this.#at += 4
  }

  /** A count of things that take at least `minimumBytes` each. */
  count(minimumBytes: number): number {
    this.#need(4)
    const count = this.view.getUint32(this.#at, this.#littleEndian)
    this.#at += 4
    this.#need(count * minimumBytes)
    if (count > mostEntries) throw corrupt('its DNA1 block is impossibly long')
    return count
  }

  uint16(): number {
    this.#need(2)
    const value = this.view.getUint16(this.#at, this.#littleEndian)
    this.#at += 2
    return value
  }

  /** Returns where it was. */
  skip(bytes: number): number {
    this.#need(bytes)
    const at = this.#at
    this.#at += bytes
    return at
  }

  /** A count and so many texts, each with a zero behind it. */
  strings(): string[] {
    const count = this.count(1)
    const start = this.#at
    for (let i = 0; i < count; i++) {
      const end = this.#bytes.indexOf(0, this.#at)
      if (end < 0) throw corrupt('a name in its DNA1 block has no end')
      this.#at = end + 1
    }
    // All at once: letter by letter it was half of what a catalogue takes.
    const texts = decoder.decode(this.#bytes.subarray(start, this.#at)).split('\0')
    texts.length = count
    return texts
  }

  #need(bytes: number): void {
    if (this.#at + bytes > this.#bytes.length) throw tooShort()
  }
}

function tooShort(): BlendFileError {
  return corrupt('its DNA1 block is too short')
}
