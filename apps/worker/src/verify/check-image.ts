import { open } from 'node:fs/promises'
import { CodedError } from '@backlot/base/errors'
import { readExr } from './exr.ts'
import { DamagedImage, type ImageFacts, type ReadAt, type Source } from './image-source.ts'
import { readJpeg } from './jpeg.ts'
import { readPng } from './png.ts'
import { readTiff } from './tiff.ts'
import { readWebp } from './webp.ts'

const readers: {
  magic: readonly (readonly [offset: number, hex: string])[]
  read: (source: Source) => Promise<ImageFacts>
}[] = [
  { magic: [[0, '89504e470d0a1a0a']], read: readPng },
  { magic: [[0, 'ffd8ff']], read: readJpeg },
  { magic: [[0, '762f3101']], read: readExr },
  { magic: [[0, '49492a00']], read: readTiff },
  { magic: [[0, '4d4d002a']], read: readTiff },
  {
    magic: [
      [0, '52494646'],
      [8, '57454250'],
    ],
    read: readWebp,
  },
]

/**
 * Checks that a picture is whole, by its structure: every part that the file announces is there, checksums where the
 * format has them, and the end is the end. Pixels are not decoded: that costs as much as a short render.
 * Throws `render.bad_output`.
 */
export async function checkImage(path: string): Promise<ImageFacts> {
  try {
    const file = await open(path)
    try {
      const { size } = await file.stat()
      if (size === 0) throw new DamagedImage('it is empty')
      const read: ReadAt = async (position, length) => {
        const buffer = Buffer.alloc(length)
        const { bytesRead } = await file.read(buffer, 0, length, position)
        if (bytesRead < length) throw new DamagedImage(`it ends after ${size} bytes, in the middle`)
        return buffer
      }
      const head = (await read(0, Math.min(16, size))).toString('hex')
      const reader = readers.find(({ magic }) => magic.every(([at, hex]) => head.startsWith(hex, at * 2)))
      if (reader === undefined) throw new DamagedImage('it does not begin like a picture of any known format')
      const facts = await reader.read({ size, read })
      if (facts.width < 1 || facts.height < 1) throw new DamagedImage('it has no pixels')
      return facts
    } finally {
      await file.close()
    }
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    if (!missing && !(error instanceof DamagedImage)) throw error
    const why = missing ? 'it is not there' : (error as Error).message
    throw new CodedError('render.bad_output', `The rendered file is not whole: ${why}.`, {
      details: { path },
      cause: error,
    })
  }
}
