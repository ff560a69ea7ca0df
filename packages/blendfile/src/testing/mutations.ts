import type { BlendFile } from '../file/blend-file.ts'
import { blockHeadBytes } from '../file/header.ts'
import { concat } from './blend-writer.ts'
import type { Random } from './random.ts'

/** A .blend that is about to be damaged, with what is where in it. */
export interface Victim {
  bytes: Uint8Array
  readonly file: BlendFile
}

export type Mutation = (victim: Victim, random: Random) => Uint8Array

/** Numbers that are often taken for lengths, counts and indices without a check. */
const oddNumbers = [0, 1, -1, 2, 7, 8, 255, 256, 4095, 65_535, 65_536, 0x7fffff, 0x7fffffff, -0x80000000, 0x10000000]

const fieldNames = ['[999999999]', '[0]', '*', '**', '[2][2][2][2]', '(*f)()', 'name', '']

/** Everything that can be done to the bytes of an uncompressed file. */
export const mutations: Readonly<Record<string, Mutation>> = {
  bits: ({ bytes }, random) => {
    for (let count = 1 + random.below(16); count > 0; count--)
      bytes[random.below(bytes.length)]! ^= 1 << random.below(8)
    return bytes
  },
  'odd number anywhere': ({ bytes, file }, random) => {
    setNumber(bytes, random.below(Math.max(1, bytes.length - 8)), random.pick([2, 4, 8]), random.pick(oddNumbers), file)
    return bytes
  },
  truncation: ({ bytes }, random) => bytes.slice(0, random.below(bytes.length)),
  'trailing garbage': ({ bytes }, random) => concat([bytes, noise(random, random.below(5000))]),
  header: ({ bytes }, random) => {
    bytes[random.below(17)] = random.pick([...'BLENDR_-vV0159'].map((letter) => letter.charCodeAt(0)))
    return bytes
  },
  'length of a block': onHead((at, victim, random) => setHead(victim, at, 'length', random.pick(oddNumbers))),
  'length of a block, a little': onHead((at, victim, random, block) =>
    setHead(victim, at, 'length', victim.file.blocks.lengths[block]! + random.below(64) - 32),
  ),
  'count of a block': onHead((at, victim, random) => setHead(victim, at, 'count', random.pick(oddNumbers))),
  'struct of a block': onHead((at, victim, random) =>
    setHead(
      victim,
      at,
      'struct',
      random.chance(0.2) ? random.pick(oddNumbers) : random.below(victim.file.sdna.structs.length),
    ),
  ),
  'address of a block': onHead((at, victim, random) => setHead(victim, at, 'address', addressOf(victim, random))),
  'code of a block': onHead((at, { bytes }, random) => {
    const codes = [
      'DATA',
      'DNA1',
      'ENDB',
      'GLOB',
      'TEST',
      'REND',
      'SC\0\0',
      'LI\0\0',
      'ID\0\0',
      'IM\0\0',
      'OB\0\0',
      '\0\0\0\0',
      '\0\0ID',
      '\0\0LI',
    ]
    bytes.set(new TextEncoder().encode(random.pick(codes)), at)
  }),
  // Cyclic lists, lists into other data-blocks, libraries that are their own parents.
  pointers: ({ bytes, file }, random) => {
    const { pointerSize } = file.header
    for (let count = 1 + random.below(8); count > 0; count--) {
      const block = random.below(file.blocks.count)
      const slots = Math.floor(file.blocks.lengths[block]! / pointerSize)
      if (slots === 0) continue
      const at = file.blocks.offsets[block]! + random.below(slots) * pointerSize
      setNumber(bytes, at, pointerSize, addressOf({ bytes, file }, random), file)
    }
    return bytes
  },
  'every pointer to one block': ({ bytes, file }, random) => {
    const { pointerSize } = file.header
    const target = addressOf({ bytes, file }, random)
    const known = new Set(Array.from(file.blocks.addressLow))
    for (let block = 0; block < file.blocks.count; block++) {
      const end = file.blocks.offsets[block]! + file.blocks.lengths[block]!
      for (let at = file.blocks.offsets[block]!; at + pointerSize <= end; at += pointerSize) {
        const value = numberAt(bytes, at, pointerSize, file)
        if (value !== 0 && known.has(value) && random.chance(0.7)) setNumber(bytes, at, pointerSize, target, file)
      }
    }
    return bytes
  },
  'catalogue: a number': ({ bytes, file }, random) => {
    const { start, end } = catalogueOf(file)
    const at = start + 2 * random.below(Math.floor((end - start) / 2) - 2)
    setNumber(bytes, at, random.pick([2, 4]), random.chance(0.5) ? random.pick(oddNumbers) : random.below(300), file)
    return bytes
  },
  'catalogue: a name': ({ bytes, file }, random) => {
    const { start, end } = catalogueOf(file)
    bytes.set(new TextEncoder().encode(random.pick(fieldNames)), start + random.below(end - start - 12))
    return bytes
  },
  'catalogue: letters': ({ bytes, file }, random) => {
    const { start, end } = catalogueOf(file)
    for (let count = 1 + random.below(4); count > 0; count--) {
      bytes[start + random.below(end - start)] = random.pick([0, 0x5b, 0x5d, 0x2a, 0x39, 0x61, 0xff])
    }
    return bytes
  },
  'text without an end': ({ bytes, file }, random) => {
    const block = random.below(file.blocks.count)
    const start = file.blocks.offsets[block]!
    bytes.fill(random.pick([0x2f, 0x31, 0x61, 0xff, 0x5c, 0x2e]), start, start + file.blocks.lengths[block]!)
    return bytes
  },
  'a block less': ({ bytes, file }, random) => {
    const { start, end } = extentOf(file, random.below(file.blocks.count))
    return concat([bytes.subarray(0, start), bytes.subarray(end)])
  },
  'a block many times': ({ bytes, file }, random) => {
    const { start, end } = extentOf(file, random.below(file.blocks.count))
    const copies = Array.from({ length: 1 + random.below(40) }, () => bytes.subarray(start, end))
    return concat([bytes.subarray(0, end), ...copies, bytes.subarray(end)])
  },
  'two blocks change places': ({ bytes, file }, random) => {
    const [first, second] = [random.below(file.blocks.count), random.below(file.blocks.count)].toSorted((a, b) => a - b)
    const [a, b] = [extentOf(file, first!), extentOf(file, second!)]
    if (a.end > b.start) return bytes
    const part = (from: number, to: number) => bytes.subarray(from, to)
    return concat([
      part(0, a.start),
      part(b.start, b.end),
      part(a.end, b.start),
      part(a.start, a.end),
      part(b.end, bytes.length),
    ])
  },
  'bytes more or less': ({ bytes }, random) => {
    const at = random.below(bytes.length)
    const less = random.chance(0.5) ? random.below(64) : 0
    return concat([bytes.subarray(0, at), noise(random, less > 0 ? 0 : random.below(64)), bytes.subarray(at + less)])
  },
}

export function noise(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.below(256))
}

function onHead(change: (at: number, victim: Victim, random: Random, block: number) => void): Mutation {
  return (victim, random) => {
    for (let count = random.chance(0.7) ? 1 : 1 + random.below(6); count > 0; count--) {
      const block = random.below(victim.file.blocks.count)
      change(extentOf(victim.file, block).start, victim, random, block)
    }
    return victim.bytes
  }
}

function extentOf({ blocks, header }: BlendFile, block: number): { start: number; end: number } {
  const offset = blocks.offsets[block]!
  return { start: offset - blockHeadBytes[header.blockHead], end: offset + blocks.lengths[block]! }
}

function catalogueOf({ blocks }: BlendFile): { start: number; end: number } {
  const start = blocks.offsets[blocks.dna]!
  return { start, end: start + blocks.lengths[blocks.dna]! }
}

function addressOf({ file }: Victim, random: Random): number {
  return random.chance(0.1) ? random.pick(oddNumbers) : file.blocks.addressLow[random.below(file.blocks.count)]!
}

const headFields = {
  BHead4: { length: [4, 4], address: [8, 4], struct: [12, 4], count: [16, 4] },
  SmallBHead8: { length: [4, 4], address: [8, 8], struct: [16, 4], count: [20, 4] },
  LargeBHead8: { struct: [4, 4], address: [8, 8], length: [16, 8], count: [24, 8] },
} as const

function setHead(
  { bytes, file }: Victim,
  head: number,
  field: 'length' | 'address' | 'struct' | 'count',
  value: number,
) {
  const [offset, size] = headFields[file.header.blockHead][field]
  setNumber(bytes, head + offset, size, value, file)
}

function setNumber(bytes: Uint8Array, at: number, size: number, value: number, { header }: BlendFile): void {
  if (at < 0 || at + size > bytes.length) return
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (size === 2) view.setInt16(at, value, header.littleEndian)
  else if (size === 4) view.setInt32(at, value, header.littleEndian)
  else view.setBigInt64(at, BigInt(value), header.littleEndian)
}

function numberAt(bytes: Uint8Array, at: number, size: number, { header }: BlendFile): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return size === 4 ? view.getUint32(at, header.littleEndian) : Number(view.getBigUint64(at, header.littleEndian))
}
