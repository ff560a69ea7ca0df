import { readFile, writeFile } from 'node:fs/promises'
import { memorySource } from '@backlot/blendfile/byte-source'
import { BlendFile } from '@backlot/blendfile/file/blend-file'
import { nodeCodecs } from '@backlot/blendfile/node/codecs'

/**
 * Gives an uncompressed .blend the picture that Blender saves into it only where it has a window: 128 × 128 pixels,
 * red at the left, green at the top. Blender keeps it when it opens and saves the file.
 */
export async function addThumbnail(path: string): Promise<void> {
  const side = 128
  const pixels = Buffer.alloc(8 + side * side * 4)
  pixels.writeInt32LE(side, 0)
  pixels.writeInt32LE(side, 4)
  for (let at = 0; at < side * side; at++) {
    const [x, y] = [at % side, Math.floor(at / side)]
    pixels.set([255 - Math.round((x / side) * 255), Math.round((y / side) * 255), 96, 255], 8 + at * 4)
  }
  await addPictureBlock(path, pixels)
}

/** Puts the block of the picture, with whatever content, before all others. */
export async function addPictureBlock(path: string, content: Buffer): Promise<void> {
  const blend = await readFile(path)
  const file = await BlendFile.open(memorySource(blend), { codecs: nodeCodecs })
  const { length: start, blockHead } = file.header
  await file.close()
  const head = Buffer.alloc(blockHead === 'LargeBHead8' ? 32 : 24)
  head.write('TEST')
  if (blockHead === 'LargeBHead8') {
    head.writeBigInt64LE(BigInt(content.length), 16)
    head.writeBigInt64LE(1n, 24)
  } else {
    head.writeInt32LE(content.length, 4)
    head.writeInt32LE(1, 20)
  }
  await writeFile(path, Buffer.concat([blend.subarray(0, start), head, content, blend.subarray(start)]))
}
