import type { ByteSource } from '../byte-source.ts'
import { readBytes } from '../byte-source.ts'
import type { WritingCodecs } from '../codecs.ts'
import type { WorkMeter } from '../content/expansion.ts'
import { discard } from '../content/discard.ts'
import { chunksOf, decompress } from '../content/zstd.ts'
import type { ZstdFrames } from '../content/zstd-frames.ts'
import { readZstdFrames } from '../content/zstd-frames.ts'
import type { Output } from './output.ts'
import type { PatchList } from './patch.ts'
import { fileChanged } from './patch.ts'
import { patched, unpacked } from './rewrite-stream.ts'
import type { SeekEntry } from './seek-table.ts'
import { endsSeekTable, seekFooterBytes, seekTable } from './seek-table.ts'

/** A frame with more content than this is not taken as one piece. Blender's own hold about 1 MiB. */
const largestFrameBytes = 16 * 1024 * 1024

/**
 * A zstd file: frames that nothing changes in are copied as they are, the others are compressed anew, each for itself,
 * and the seek table at the end is written for the new lengths. What is between frames is copied too.
 */
export async function rewriteZstd(
  output: Output,
  patches: PatchList,
  codecs: WritingCodecs,
  work: WorkMeter,
): Promise<void> {
  const { source } = output
  const frames = await readZstdFrames(source)
  const rawOffsets = frames.rawOffsets ?? (await measureFrames(source, frames, codecs, work))
  if (rawOffsets[frames.count]! < patches.end) throw fileChanged(patches.end)

  const entries: SeekEntry[] = []
  let copied = 0
  let end = 0
  for (let frame = 0; frame < frames.count; frame++) {
    const start = frames.fileOffsets[frame]!
    const length = frames.fileLengths[frame]!
    // Skippable frames, which a reader of the table must step over.
    if (start > end) entries.push({ length: start - end, rawLength: 0 })
    end = start + length
    const [rawStart, rawEnd] = [rawOffsets[frame]!, rawOffsets[frame + 1]!]
    const range = { start, end, rawStart, rawEnd }
    const changed = patches.touches(rawStart, rawEnd)
      ? await changeFrame(source, range, patches, codecs, work)
      : undefined
    if (changed === undefined) {
      entries.push({ length, rawLength: rawEnd - rawStart })
      continue
    }
    await output.copy(copied, start)
    copied = end
    let packedLength = 0
    for await (const bytes of changed.packed) {
      packedLength += bytes.length
      await output.write(bytes, end)
      discard(bytes)
    }
    entries.push({ length: packedLength, rawLength: changed.rawLength })
  }
  const hasTable = endsSeekTable(await readBytes(source, Math.max(end, source.size - seekFooterBytes), seekFooterBytes))
  await output.copy(copied, hasTable ? end : source.size)
  if (hasTable) await output.write(seekTable(entries), source.size)
}

interface FrameRange {
  /** In the file. */
  readonly start: number
  readonly end: number
  /** In the content. */
  readonly rawStart: number
  readonly rawEnd: number
}

interface ChangedFrame {
  readonly rawLength: number
  readonly packed: AsyncIterable<Uint8Array> | readonly Uint8Array[]
}

/** Undefined when it turns out to be the same. A frame that is too large for memory is a stream, and always changed. */
async function changeFrame(
  source: ByteSource,
  { start, end, rawStart, rawEnd }: FrameRange,
  patches: PatchList,
  codecs: WritingCodecs,
  work: WorkMeter,
): Promise<ChangedFrame | undefined> {
  const oldLength = rawEnd - rawStart
  if (oldLength > largestFrameBytes) {
    const rawLength = oldLength + patches.growth(rawStart, rawEnd)
    const raw = patched(unpacked('zstd', chunksOf(source, start, end), codecs, work), rawStart, patches, rawEnd)
    return { rawLength, packed: codecs.packStream('zstd', raw, rawLength) }
  }
  work.add(oldLength)
  const compressed = await readBytes(source, start, end - start)
  const old = await decompress(codecs, compressed, oldLength, start)
  discard(compressed)
  const raw = patches.apply(old, rawStart)
  const rawLength = raw.length
  const changed = raw === old ? undefined : { rawLength, packed: [await codecs.packZstdFrame(raw)] }
  for (const bytes of [old, raw]) discard(bytes)
  return changed
}

/** For frames that do not say how long their content is: all are decompressed once, nothing is kept. */
async function measureFrames(
  source: ByteSource,
  frames: ZstdFrames,
  codecs: WritingCodecs,
  work: WorkMeter,
): Promise<Float64Array> {
  const rawOffsets = new Float64Array(frames.count + 1)
  for (let frame = 0; frame < frames.count; frame++) {
    const start = frames.fileOffsets[frame]!
    let length = 0
    const compressed = chunksOf(source, start, start + frames.fileLengths[frame]!)
    for await (const chunk of unpacked('zstd', compressed, codecs, work)) length += chunk.length
    rawOffsets[frame + 1] = rawOffsets[frame]! + length
  }
  return rawOffsets
}
