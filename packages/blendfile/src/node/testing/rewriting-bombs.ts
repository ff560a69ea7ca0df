import { constants, gzipSync, zstdCompressSync } from 'node:zlib'
import { concat, writeBlend } from '../../testing/blend-writer.ts'
import { body, header, hugeBlock, image, many, MiB, structs, tail, zeros } from './bomb-parts.ts'
import type { Bomb } from './bombs.ts'
import { seekable } from './compress.ts'

/** Frames as streaming compressors write them: they don't say how long their content is. */
const bare = (bytes: Uint8Array): Uint8Array =>
  zstdCompressSync(bytes, { params: { [constants.ZSTD_c_contentSizeFlag]: 0 } })

const whole = (): Uint8Array => writeBlend(structs, [image(1), image(2)])

/** Made to cost whoever rewrites them: a reader stops at the last block, a copy has to go on. */
export const rewritingBombs: readonly Bomb[] = [
  {
    name: 'gzip: 8 GB of zeros behind the last block',
    make: () => {
      const member = gzipSync(zeros(16 * MiB))
      return concat([gzipSync(whole()), ...many(512, () => member)])
    },
  },
  {
    name: 'zstd: 12 GB in frames of unknown size behind the last block',
    make: () => {
      const frame = bare(zeros(64 * MiB))
      return concat([bare(whole()), ...many(200, () => frame)])
    },
  },
  {
    name: 'zstd: seven frames of 60 MB, an image in each',
    make: () => {
      const [head] = hugeBlock('raw_data', 60 * MiB)
      const frame = bare(concat([body([image(1)]), head, zeros(60 * MiB)]))
      return concat([bare(header), ...many(7, () => frame), bare(tail())])
    },
  },
  {
    name: 'zstd: a seek table that makes a small frame a large one',
    make: () => seekable([{ frame: zstdCompressSync(whole()), rawLength: 3.9 * 1024 * MiB }]),
  },
]
