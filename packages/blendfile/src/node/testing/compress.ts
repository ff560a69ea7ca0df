import { gzipSync, zstdCompressSync } from 'node:zlib'
import { concat } from '../../testing/blend-writer.ts'

export const forms = ['plain', 'gzip', 'zstd', 'zstd-frames', 'zstd-seekable'] as const
export type Form = (typeof forms)[number]

const frameBytes = 1000

/** The same bytes in every form that a .blend may have on disk. */
export function compress(bytes: Uint8Array, form: Form): Uint8Array {
  switch (form) {
    case 'plain':
      return bytes
    case 'gzip':
      return gzipSync(bytes)
    case 'zstd':
      return zstdCompressSync(bytes)
    case 'zstd-frames':
      return concat(framesOf(bytes).map(({ frame }) => frame))
    case 'zstd-seekable':
      return seekable(framesOf(bytes))
  }
}

interface Frame {
  frame: Uint8Array
  rawLength: number
}

function framesOf(bytes: Uint8Array): Frame[] {
  const frames: Frame[] = []
  for (let at = 0; at < bytes.length; at += frameBytes) {
    const part = bytes.subarray(at, at + frameBytes)
    frames.push({ frame: zstdCompressSync(part), rawLength: part.length })
  }
  return frames
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
