import type { BlockHeadFormat } from '../file/header.ts'
import { blockHeadBytes } from '../file/header.ts'
import { parseFieldName } from '../file/struct-def.ts'

/** How a test's .blend is laid out. */
export interface FileLayout {
  pointerSize: 4 | 8
  littleEndian: boolean
  /** 500 and later are written with the long header and large block heads. */
  version: number
}

export const modernLayout: FileLayout = { pointerSize: 8, littleEndian: true, version: 405 }

/** Fields of each struct as Blender's catalogue has them: `{ Image: ['ID id', 'char name[1024]', 'PackedFile *packedfile'] }`. */
export type Structs = Readonly<Record<string, readonly string[]>>

/** A value of a field: numbers, text or bytes for `char`s, an address for a pointer, arrays for arrays. */
export type Value = number | bigint | string | Uint8Array | readonly (number | bigint)[]

/** Values by field; paths may go into structs: `id.name`. */
export type Fields = Readonly<Record<string, Value | undefined>>

export interface BlockInput {
  /** `IM`, `DATA`, `ENDB` … */
  code: string
  /** Name of its struct; without it the block is raw `bytes`. */
  struct?: string
  address?: number | bigint
  /** One struct, or several that follow each other. */
  data?: Fields | readonly Fields[]
  bytes?: Uint8Array
  /** Overrides what the head says. */
  elements?: number
}

interface StructLayout {
  readonly size: number
  readonly fields: ReadonlyMap<
    string,
    { type: string; pointerDepth: number; length: number; size: number; offset: number }
  >
}

const typeSizes: Readonly<Record<string, number>> = {
  void: 0,
  char: 1,
  uchar: 1,
  int8_t: 1,
  short: 2,
  ushort: 2,
  int: 4,
  float: 4,
  double: 8,
  int64_t: 8,
  uint64_t: 8,
}

/** Writes a .blend, uncompressed: what the reader must read back. Structs must be defined before they are embedded. */
export function writeBlend(
  structs: Structs,
  blocks: readonly BlockInput[],
  layout: FileLayout = modernLayout,
): Uint8Array {
  // As in Blender, the first struct stands for raw data.
  const all: Structs = { raw_data: [], ...structs }
  const layouts = layOut(all, layout.pointerSize)
  const names = Object.keys(all)
  const parts: Uint8Array[] = [headerOf(layout)]
  for (const block of blocks) {
    const records = recordsOf(block)
    const body =
      block.struct === undefined ? (block.bytes ?? new Uint8Array(0)) : encode(records, block.struct, layouts, layout)
    const struct = block.struct === undefined ? 0 : names.indexOf(block.struct)
    parts.push(headOf(block, struct, body.length, Math.max(1, records.length), layout), body)
  }
  const dna = dnaOf(all, layouts, layout)
  parts.push(headOf({ code: 'DNA1' }, 0, dna.length, 1, layout), dna, headOf({ code: 'ENDB' }, 0, 0, 0, layout))
  return concat(parts)
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

function recordsOf({ data }: BlockInput): readonly Fields[] {
  if (data === undefined) return []
  return Array.isArray(data) ? (data as readonly Fields[]) : [data as Fields]
}

function headerOf({ pointerSize, littleEndian, version }: FileLayout): Uint8Array {
  const endian = littleEndian ? 'v' : 'V'
  const text =
    version >= 500
      ? `BLENDER17-01${endian}${String(version).padStart(4, '0')}`
      : `BLENDER${pointerSize === 8 ? '-' : '_'}${endian}${version}`
  return new TextEncoder().encode(text)
}

function headOf(block: BlockInput, struct: number, length: number, elements: number, layout: FileLayout): Uint8Array {
  const { littleEndian } = layout
  const format: BlockHeadFormat =
    layout.version >= 500 ? 'LargeBHead8' : layout.pointerSize === 8 ? 'SmallBHead8' : 'BHead4'
  const head = new Uint8Array(blockHeadBytes[format])
  const view = new DataView(head.buffer)
  // Two-letter codes are integers below 65536: their letters are at the other end in a big-endian file.
  const codeAt = !littleEndian && block.code.length === 2 ? 2 : 0
  for (let i = 0; i < block.code.length; i++) head[codeAt + i] = block.code.charCodeAt(i)
  const address = BigInt(block.address ?? 0)
  const count = block.elements ?? elements
  if (format === 'LargeBHead8') {
    view.setInt32(4, struct, littleEndian)
    view.setBigUint64(8, address, littleEndian)
    view.setBigInt64(16, BigInt(length), littleEndian)
    view.setBigInt64(24, BigInt(count), littleEndian)
    return head
  }
  view.setInt32(4, length, littleEndian)
  if (format === 'BHead4') view.setUint32(8, Number(address), littleEndian)
  else view.setBigUint64(8, address, littleEndian)
  const rest = format === 'BHead4' ? 12 : 16
  view.setInt32(rest, struct, littleEndian)
  view.setInt32(rest + 4, count, littleEndian)
  return head
}

function layOut(structs: Structs, pointerSize: number): ReadonlyMap<string, StructLayout> {
  const layouts = new Map<string, StructLayout>()
  for (const [struct, declarations] of Object.entries(structs)) {
    const fields = new Map<
      string,
      { type: string; pointerDepth: number; length: number; size: number; offset: number }
    >()
    let offset = 0
    for (const declaration of declarations) {
      const { type, name } = splitDeclaration(declaration)
      const field = parseFieldName(name)
      const size = field.pointerDepth > 0 ? pointerSize : (typeSizes[type] ?? layouts.get(type)?.size)
      if (size === undefined) throw new Error(`${struct} embeds ${type}, which is not defined before it`)
      fields.set(field.name, { type, ...field, size, offset })
      offset += size * field.length
    }
    layouts.set(struct, { size: offset, fields })
  }
  return layouts
}

function splitDeclaration(declaration: string): { type: string; name: string } {
  const space = declaration.indexOf(' ')
  return { type: declaration.slice(0, space), name: declaration.slice(space + 1) }
}

function encode(
  records: readonly Fields[],
  struct: string,
  layouts: ReadonlyMap<string, StructLayout>,
  layout: FileLayout,
): Uint8Array {
  const { size } = layouts.get(struct)!
  const bytes = new Uint8Array(size * records.length)
  const view = new DataView(bytes.buffer)
  records.forEach((record, index) => {
    for (const [path, value] of Object.entries(record)) {
      if (value !== undefined) setField(view, index * size, struct, path, value, layouts, layout)
    }
  })
  return bytes
}

function setField(
  view: DataView,
  start: number,
  struct: string,
  path: string,
  value: Value,
  layouts: ReadonlyMap<string, StructLayout>,
  layout: FileLayout,
): void {
  const [first, ...rest] = path.split('.')
  const field = layouts.get(struct)?.fields.get(first!)
  if (field === undefined) throw new Error(`${struct} has no field ${path}`)
  const at = start + field.offset
  if (rest.length > 0) {
    setField(view, at, field.type, rest.join('.'), value, layouts, layout)
  } else if (typeof value === 'string' || value instanceof Uint8Array) {
    const text = typeof value === 'string' ? new TextEncoder().encode(value) : value
    new Uint8Array(view.buffer).set(text.subarray(0, field.length), at)
  } else {
    const values = typeof value === 'object' ? value : [value]
    values.forEach((item, index) => setNumber(view, at + index * field.size, field, item, layout))
  }
}

function setNumber(
  view: DataView,
  at: number,
  field: { type: string; pointerDepth: number },
  value: number | bigint,
  { pointerSize, littleEndian }: FileLayout,
): void {
  if (field.pointerDepth > 0) {
    if (pointerSize === 8) view.setBigUint64(at, BigInt(value), littleEndian)
    else view.setUint32(at, Number(value), littleEndian)
  } else if (field.type === 'float') view.setFloat32(at, Number(value), littleEndian)
  else if (field.type === 'double') view.setFloat64(at, Number(value), littleEndian)
  else if (typeSizes[field.type] === 1) view.setInt8(at, Number(value))
  else if (typeSizes[field.type] === 2) view.setInt16(at, Number(value), littleEndian)
  else if (typeSizes[field.type] === 4) view.setInt32(at, Number(value), littleEndian)
  else view.setBigInt64(at, BigInt(value), littleEndian)
}

function dnaOf(structs: Structs, layouts: ReadonlyMap<string, StructLayout>, { littleEndian }: FileLayout): Uint8Array {
  const names = [
    ...new Set(Object.values(structs).flatMap((fields) => fields.map((field) => splitDeclaration(field).name))),
  ]
  const pointees = Object.values(structs).flatMap((fields) => fields.map((field) => splitDeclaration(field).type))
  const types = [...new Set([...Object.keys(typeSizes), ...Object.keys(structs), ...pointees])]
  const bytes: number[] = []
  const integer = (value: number, size: 2 | 4) => {
    const part = new DataView(new ArrayBuffer(size))
    if (size === 2) part.setUint16(0, value, littleEndian)
    else part.setUint32(0, value, littleEndian)
    bytes.push(...new Uint8Array(part.buffer))
  }
  const tag = (letters: string) => {
    while (bytes.length % 4 !== 0) bytes.push(0)
    bytes.push(...new TextEncoder().encode(letters))
  }
  const strings = (letters: string, all: readonly string[]) => {
    tag(letters)
    integer(all.length, 4)
    for (const text of all) bytes.push(...new TextEncoder().encode(text), 0)
  }
  tag('SDNA')
  strings('NAME', names)
  strings('TYPE', types)
  tag('TLEN')
  for (const type of types) integer(typeSizes[type] ?? layouts.get(type)?.size ?? 0, 2)
  tag('STRC')
  integer(Object.keys(structs).length, 4)
  for (const [struct, fields] of Object.entries(structs)) {
    integer(types.indexOf(struct), 2)
    integer(fields.length, 2)
    for (const field of fields) {
      const { type, name } = splitDeclaration(field)
      integer(types.indexOf(type), 2)
      integer(names.indexOf(name), 2)
    }
  }
  return Uint8Array.from(bytes)
}
