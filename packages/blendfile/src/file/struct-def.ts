import { corrupt } from '../errors.ts'

/** One field of a struct, or of a struct inside it. */
export interface Field {
  readonly name: string
  /** Type name on disk: `char`, `int`, `ID` … For a pointer, what it points to. */
  readonly type: string
  /** 0: a value, 1: a pointer, 2: a pointer to pointers. */
  readonly pointerDepth: number
  /** How many there are: 1, or the product of the array's dimensions. */
  readonly length: number
  /** Bytes of one of them. */
  readonly size: number
  /** Bytes from the struct's start. */
  readonly offset: number
}

/** What the SDNA says of all structs: names and types, to which their fields refer by number. */
export interface Vocabulary {
  /** Of fields, as they are stored: `*next`, `mat[4][4]`. */
  readonly names: readonly string[]
  readonly types: readonly string[]
  /** Bytes of each type. */
  readonly sizes: readonly number[]
  readonly structs: ReadonlyMap<string, StructDef>
  readonly pointerSize: 4 | 8
  /** The block itself, in which a field is two numbers of 16 bits: its type and its name. */
  readonly view: DataView
  readonly littleEndian: boolean
}

/**
 * A struct of the SDNA. Fields are decoded when first asked for: a file uses a few dozen of a thousand structs, and
 * decoding all 20,000 fields takes longer than all else in a small file.
 */
export class StructDef {
  readonly name: string
  /** Position in the SDNA: what block heads refer to. */
  readonly index: number
  /** Bytes of one struct. */
  readonly size: number
  readonly #vocabulary: Vocabulary
  readonly #first: number
  readonly #count: number
  #paths: Map<string, Field | undefined> | undefined
  #fields: ReadonlyMap<string, Field> | undefined

  /** `first`: where the first of its `count` fields is in the block. */
  constructor(name: string, index: number, size: number, vocabulary: Vocabulary, first: number, count: number) {
    this.name = name
    this.index = index
    this.size = size
    this.#vocabulary = vocabulary
    this.#first = first
    this.#count = count
  }

  /** Throws `blend.corrupt`. */
  get fields(): ReadonlyMap<string, Field> {
    this.#fields ??= this.#decode()
    return this.#fields
  }

  /** A field by name, through structs inside by dots: `r.xsch`. Undefined when this Blender had no such field. */
  field(path: string): Field | undefined {
    this.#paths ??= new Map()
    const known = this.#paths.get(path)
    if (known !== undefined || this.#paths.has(path)) return known
    const field = this.#find(path)
    this.#paths.set(path, field)
    return field
  }

  /** The struct that a value of this type name is, if it is one. */
  structNamed(type: string): StructDef | undefined {
    return this.#vocabulary.structs.get(type)
  }

  /** True for data-blocks: structs that start with an `ID` (or are one, as in placeholders of linked data-blocks). */
  get isId(): boolean {
    if (this.name === 'ID') return true
    const first = this.fields.values().next().value
    return first !== undefined && first.type === 'ID' && first.pointerDepth === 0
  }

  #find(path: string): Field | undefined {
    const dot = path.indexOf('.')
    if (dot < 0) return this.fields.get(path)
    const outer = this.fields.get(path.slice(0, dot))
    if (outer === undefined || outer.pointerDepth > 0) return undefined
    const inner = this.#vocabulary.structs.get(outer.type)?.field(path.slice(dot + 1))
    return inner === undefined ? undefined : { ...inner, offset: outer.offset + inner.offset }
  }

  #decode(): ReadonlyMap<string, Field> {
    const { names, types, sizes, pointerSize, view, littleEndian } = this.#vocabulary
    const fields = new Map<string, Field>()
    let offset = 0
    for (let at = this.#first; at < this.#first + 4 * this.#count; at += 4) {
      const typeNumber = view.getUint16(at, littleEndian)
      const type = types[typeNumber]
      const stored = names[view.getUint16(at + 2, littleEndian)]
      if (type === undefined || stored === undefined) throw corrupt(`struct ${this.name} has a field without a name`)
      const { name, pointerDepth, length } = parseFieldName(stored)
      const size = pointerDepth > 0 ? pointerSize : sizes[typeNumber]!
      fields.set(name, { name, type, pointerDepth, length, size, offset })
      offset += size * length
    }
    if (!(offset <= this.size)) throw corrupt(`the fields of struct ${this.name} are longer than the struct`)
    return fields
  }
}

/** `*next` → next, 1 pointer; `**mat`; `mat[4][4]` → mat, 16; `(*callback)()` → callback, 1 pointer. */
export function parseFieldName(stored: string): { name: string; pointerDepth: number; length: number } {
  const isFunction = stored.startsWith('(')
  const start = isFunction ? stored.slice(1, stored.indexOf(')')) : stored
  let pointerDepth = 0
  while (start.charCodeAt(pointerDepth) === 0x2a) pointerDepth++
  const bracket = start.indexOf('[')
  const name = start.slice(pointerDepth, bracket < 0 ? undefined : bracket)
  let length = 1
  if (bracket >= 0) for (const [, digits] of start.slice(bracket).matchAll(/\[(\d+)\]/g)) length *= Number(digits)
  return { name, pointerDepth, length }
}
