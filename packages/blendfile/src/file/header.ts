import type { Content } from '../content/content.ts'
import { BlendFileError, corrupt } from '../errors.ts'

/** How the heads of a file's blocks are laid out. */
export type BlockHeadFormat = 'BHead4' | 'SmallBHead8' | 'LargeBHead8'

export interface BlendHeader {
  /** Version of Blender as it is stored: 279, 405, 500. */
  readonly version: number
  /** 0: 12-byte header (to 4.x); 1: 17-byte header (from 5.0). */
  readonly fileFormat: number
  readonly pointerSize: 4 | 8
  readonly littleEndian: boolean
  readonly blockHead: BlockHeadFormat
  /** Bytes of the file header: the first block starts here. */
  readonly length: number
}

export const blockHeadBytes = { BHead4: 20, SmallBHead8: 24, LargeBHead8: 32 } as const

const shortHeaderBytes = 12
const longHeaderBytes = 17

/**
 * The file header. Two forms:
 *
 *     BLENDER-v405          12 bytes: pointer size `_` 4 or `-` 8, byte order `v` little or `V` big, version
 *     BLENDER17-01v0500     17 bytes: header size, `-`, file format version, `v`, version; always 64-bit
 */
export async function readHeader(content: Content): Promise<BlendHeader> {
  const start = ascii(await content.read(0, shortHeaderBytes, 'the file header'))
  const short = /^BLENDER([_-])([vV])(\d{3})$/.exec(start)
  if (short !== null) {
    const pointerSize = short[1] === '_' ? 4 : 8
    return {
      version: Number(short[3]),
      fileFormat: 0,
      pointerSize,
      littleEndian: short[2] === 'v',
      blockHead: pointerSize === 4 ? 'BHead4' : 'SmallBHead8',
      length: shortHeaderBytes,
    }
  }
  if (!start.startsWith('BLENDER')) throw new BlendFileError('blend.not_a_blend', 'This is not a .blend file.')
  if (!/^BLENDER\d\d/.test(start)) throw corrupt('its header is not one that Blender writes', 0)
  const long = /^BLENDER17-(\d\d)([vV])(\d{4})$/.exec(ascii(await content.read(0, longHeaderBytes, 'the file header')))
  if (long === null || Number(long[1]) !== 1) {
    throw new BlendFileError('blend.unreadable', 'The .blend was saved by a newer Blender in a format unknown here.')
  }
  return {
    version: Number(long[3]),
    fileFormat: Number(long[1]),
    pointerSize: 8,
    littleEndian: long[2] === 'v',
    blockHead: 'LargeBHead8',
    length: longHeaderBytes,
  }
}

/** `279` → `2.79`, `405` → `4.5`, `500` → `5.0`. */
export function versionName(version: number): string {
  const minor = version % 100
  return `${Math.floor(version / 100)}.${version < 300 ? String(minor).padStart(2, '0') : minor}`
}

function ascii(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes)
}
