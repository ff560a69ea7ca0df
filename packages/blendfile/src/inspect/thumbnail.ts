import type { BlendFile } from '../file/blend-file.ts'
import { TEST } from '../file/block-code.ts'
import { encodePng } from './png.ts'

/** The picture that Blender saves into a file for file browsers. */
export interface Thumbnail {
  readonly width: number
  readonly height: number
  readonly mime: 'image/png'
  readonly base64: string
}

/** Blender writes 128 × 128; 256 × 256 was once possible. */
const largestSide = 1024

/** The TEST block: width and height (int), then rows of RGBA from the bottom up. Undefined when there is none. */
export async function readThumbnail(file: BlendFile): Promise<Thumbnail | undefined> {
  const block = file.blocks.codes.indexOf(TEST)
  if (block < 0) return undefined
  const bytes = await file.bytes(block)
  if (bytes.length < 8) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const width = view.getInt32(0, file.header.littleEndian)
  const height = view.getInt32(4, file.header.littleEndian)
  const isSane = width > 0 && height > 0 && width <= largestSide && height <= largestSide
  if (!isSane || bytes.length < 8 + width * height * 4) return undefined
  const png = await encodePng(width, height, topDown(bytes.subarray(8), width, height))
  return { width, height, mime: 'image/png', base64: toBase64(png) }
}

function topDown(pixels: Uint8Array, width: number, height: number): Uint8Array {
  const stride = width * 4
  const flipped = new Uint8Array(stride * height)
  for (let row = 0; row < height; row++) {
    flipped.set(pixels.subarray(row * stride, (row + 1) * stride), (height - 1 - row) * stride)
  }
  return flipped
}

function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}
