import { constants, gzipSync, zstdCompressSync } from 'node:zlib'
import { concat } from '../../testing/blend-writer.ts'

export const forms = [
  'plain',
  'gzip',
  'gzip-members',
  'gzip-named',
  'zstd',
  'zstd-bare',
  'zstd-checksums',
  'zstd-frames',
  'zstd-skippable',
  'zstd-seekable',
] as const
export type Form = (typeof forms)[number]

const frameBytes = 1000
const mostFrames = 8

/** The same bytes in every form that a .blend may have on disk. */
export function compress(bytes: Uint8Array, form: Form): Uint8Array {
  switch (form) {
    case 'plain':
      return bytes
    case 'gzip':
      return gzipSync(bytes)
    case 'gzip-members':
      return concat(partsOf(bytes).map((part) => gzipSync(part)))
    case 'gzip-named':
      return gzipNamed(bytes)
    case 'zstd':
      return zstdCompressSync(bytes)
    case 'zstd-bare':
      // Frames that don't say how long their content is: what streaming compressors write.
      return concat(partsOf(bytes).map((part) => zstdCompressSync(part, { params: { [zstd.contentSize]: 0 } })))
    case 'zstd-checksums':
      return concat(partsOf(bytes).map((part) => zstdCompressSync(part, { params: { [zstd.checksum]: 1 } })))
    case 'zstd-frames':
      return concat(framesOf(bytes).map(({ frame }) => frame))
    case 'zstd-skippable':
      return concat(
        framesOf(bytes).flatMap(({ frame }) => [skippable(Uint8Array.of(1, 2, 3)), frame, skippable(noBytes)]),
      )
    case 'zstd-seekable':
      return seekable(framesOf(bytes))
  }
}

const zstd = { contentSize: constants.ZSTD_c_contentSizeFlag, checksum: constants.ZSTD_c_checksumFlag }
const noBytes = new Uint8Array(0)

/** With a name, a comment and extra fields (RFC 1952), as other programs than Blender write. */
function gzipNamed(bytes: Uint8Array): Uint8Array {
  const packed = gzipSync(bytes)
  const header = packed.slice(0, 10)
  header[3] = 4 + 8 + 16
  return concat([
    header,
    Uint8Array.of(3, 0, 9, 9, 9),
    new TextEncoder().encode('scene.blend\0a comment\0'),
    packed.subarray(10),
  ])
}

/** A frame that decoders jump over (RFC 8878). */
export function skippable(content: Uint8Array): Uint8Array {
  const head = new DataView(new ArrayBuffer(8))
  head.setUint32(0, 0x184d2a53, true)
  head.setUint32(4, content.length, true)
  return concat([new Uint8Array(head.buffer), content])
}

export interface Frame {
  frame: Uint8Array
  rawLength: number
}

function partsOf(bytes: Uint8Array): Uint8Array[] {
  const length = Math.max(frameBytes, Math.ceil(bytes.length / mostFrames))
  const parts: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += length) parts.push(bytes.subarray(at, at + length))
  return parts
}

export function framesOf(bytes: Uint8Array): Frame[] {
  return partsOf(bytes).map((part) => ({ frame: zstdCompressSync(part), rawLength: part.length }))
}

/** Frames with the seek table of zstd's seekable format behind them. */
export function seekable(frames: readonly Frame[]): Uint8Array {
  const table = new DataView(new ArrayBuffer(8 + frames.length * 8 + 9))
  table.setUint32(0, 0x184d2a5e, true)
  table.setUint32(4, frames.length * 8 + 9, true)
  frames.forEach(({ frame, rawLength }, index) => {
    table.setUint32(8 + index * 8, frame.length, true)
    table.setUint32(12 + index * 8, rawLength, true)
  })
  const footer = 8 + frames.length * 8
  table.setUint32(footer, frames.length, true)
  table.setUint32(footer + 5, 0x8f92eab1, true)
  return concat([...frames.map(({ frame }) => frame), new Uint8Array(table.buffer)])
}
