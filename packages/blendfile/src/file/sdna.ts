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
  const structs: StructDef[] = []
  for (let index = 0; index < structCount; index++) {
    const type = reader.indexOf(types)
    const fieldCount = reader.uint16()
    const fields: { type: string; size: number; name: string }[] = []
    for (let field = 0; field < fieldCount; field++) {
      const fieldType = reader.indexOf(types)
      fields.push({ type: types[fieldType]!, size: sizes[fieldType]!, name: names[reader.indexOf(names)]! })
    }
    if (byName.has(types[type]!)) throw corrupt('its DNA1 block has a struct twice')
    const struct = new StructDef(types[type]!, index, sizes[type]!, fields, byName, layout.pointerSize)
    structs.push(struct)
    byName.set(struct.name, struct)
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

class Reader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #littleEndian: boolean
  #at = 0

  constructor(bytes: Uint8Array, littleEndian: boolean) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
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
    const count = this.#view.getUint32(this.#at, this.#littleEndian)
    this.#at += 4
    this.#need(count * minimumBytes)
    if (count > mostEntries) throw corrupt('its DNA1 block is impossibly long')
    return count
  }

  uint16(): number {
    this.#need(2)
    const value = this.#view.getUint16(this.#at, this.#littleEndian)
    this.#at += 2
    return value
  }

  indexOf(list: readonly string[]): number {
    const index = this.uint16()
    if (index >= list.length) throw corrupt('its DNA1 block refers to a name that is not there')
    return index
  }

  strings(): string[] {
    const strings: string[] = Array.from({ length: this.count(1) })
    const bytes = this.#bytes
    let at = this.#at
    for (let i = 0; i < strings.length; i++) {
      const end = bytes.indexOf(0, at)
      if (end < 0) throw corrupt('a name in its DNA1 block has no end')
      let text = ''
      for (; at < end; at++) text += String.fromCharCode(bytes[at]!)
      strings[i] = text
      at++
    }
    this.#at = at
    return strings
  }

  #need(bytes: number): void {
    if (this.#at + bytes > this.#bytes.length) throw corrupt('its DNA1 block is too short')
  }
}
