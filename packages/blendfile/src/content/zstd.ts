import type { ByteSource } from '../byte-source.ts'
import { readBytes } from '../byte-source.ts'
import type { Codecs } from '../codecs.ts'
import { BlendFileError, corrupt, truncated } from '../errors.ts'
import type { Page, PageLoader } from './content.ts'
import { discard } from './discard.ts'
import type { WorkMeter } from './expansion.ts'
import { streamLoader } from './stream.ts'
import type { ZstdFrames } from './zstd-frames.ts'
import { readZstdFrames } from './zstd-frames.ts'

/** A frame with more content than this is not decompressed as one piece. Blender's own hold about 1 MiB. */
const largestFrameBytes = 4 * 1024 * 1024
const inputBytes = 256 * 1024
/** All of this is in the cache after a pass over it. */
const smallContentBytes = 16 * 1024 * 1024

/** Pages of a zstd file: its frames where they are small and known, else one stream after the other. */
export async function zstdLoader(
  source: ByteSource,
  codecs: Codecs,
  maxBytes: number,
  work: WorkMeter,
): Promise<PageLoader> {
  const frames = await readZstdFrames(source)
  const { rawOffsets } = frames
  if (rawOffsets !== undefined && isSeekable(rawOffsets)) {
    return frameLoader(source, codecs, { ...frames, rawOffsets }, work)
  }
  return streamLoader(
    () => streamFrames(source, codecs, frames),
    maxBytes,
    work,
    () => source.close(),
  )
}

function isSeekable(rawOffsets: Float64Array): boolean {
  for (let frame = 1; frame < rawOffsets.length; frame++) {
    if (rawOffsets[frame]! - rawOffsets[frame - 1]! > largestFrameBytes) return false
  }
  return true
}

function frameLoader(
  source: ByteSource,
  codecs: Codecs,
  frames: ZstdFrames & { rawOffsets: Float64Array },
  work: WorkMeter,
): PageLoader {
  const { rawOffsets } = frames
  const length = rawOffsets[frames.count]!
  const load = async (start: number): Promise<Page | undefined> => {
    if (start >= length) return undefined
    const frame = frameAt(rawOffsets, start)
    const rawLength = rawOffsets[frame + 1]! - rawOffsets[frame]!
    const fileOffset = frames.fileOffsets[frame]!
    const fileLength = frames.fileLengths[frame]!
    work.add(rawLength)
    if (fileLength > mostCompressed(rawLength)) throw corrupt('a zstd frame is longer than its content', fileOffset)
    const compressed = await readBytes(source, fileOffset, fileLength)
    if (compressed.length < fileLength) throw truncated('a zstd frame', source.size)
    const bytes = await decompress(codecs, compressed, rawLength, fileOffset)
    discard(compressed)
    return { start: rawOffsets[frame]!, bytes }
  }
  let passed: Page | undefined
  const passOver = async (offset: number): Promise<Page | undefined> => {
    if (passed !== undefined) discard(passed.bytes)
    passed = await load(offset)
    return passed
  }
  return {
    length,
    pageStart: (offset) => rawOffsets[frameAt(rawOffsets, offset)]!,
    load,
    // Frames that are only passed over are not worth their place in a cache that they would fill many times.
    window: length > smallContentBytes ? passOver : undefined,
    close: () => source.close(),
  }
}

export async function decompress(
  codecs: Codecs,
  frame: Uint8Array,
  rawLength: number,
  offset: number,
): Promise<Uint8Array> {
  let bytes: Uint8Array
  try {
    bytes = await codecs.zstdFrame(frame, rawLength)
  } catch (cause) {
    if (cause instanceof BlendFileError) throw cause // There is no decoder.
    throw Object.assign(corrupt('a zstd frame cannot be decompressed', offset), { cause })
  }
  if (bytes.length !== rawLength) throw corrupt('a zstd frame has not the length that was announced', offset)
  return bytes
}

/** What the format can need at most: 3 bytes for every block of 128 KiB or less, and headers. */
function mostCompressed(rawLength: number): number {
  return rawLength + (rawLength >> 6) + 1024 * 1024
}

/** The last frame that starts at or before `offset`; frames without content are passed over. */
function frameAt(rawOffsets: Float64Array, offset: number): number {
  let low = 0
  let high = rawOffsets.length - 2
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (rawOffsets[middle]! <= offset) low = middle
    else high = middle - 1
  }
  return low
}

async function* streamFrames(source: ByteSource, codecs: Codecs, frames: ZstdFrames): AsyncGenerator<Uint8Array> {
  for (let frame = 0; frame < frames.count; frame++) {
    const start = frames.fileOffsets[frame]!
    yield* codecs.stream('zstd', chunksOf(source, start, start + frames.fileLengths[frame]!))
  }
}

/** The bytes [start, end) of a source in pieces. */
export async function* chunksOf(source: ByteSource, start: number, end: number): AsyncGenerator<Uint8Array> {
  for (let position = start; position < end; position += inputBytes) {
    yield await readBytes(source, position, Math.min(inputBytes, end - position))
  }
}
