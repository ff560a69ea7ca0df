import type { Codecs, WritingCodecs } from '../codecs.ts'
import type { WorkMeter } from '../content/expansion.ts'
import { chunksOf } from '../content/zstd.ts'
import { BlendFileError, corrupt } from '../errors.ts'
import type { Output } from './output.ts'
import type { PatchList } from './patch.ts'
import { fileChanged } from './patch.ts'

/** A file that is not compressed: copied with its patches. */
export async function rewritePlain(output: Output, patches: PatchList): Promise<void> {
  const { size } = output.source
  if (size < patches.end) throw fileChanged(patches.end)
  await output.copy(0, size, (bytes, at) => patches.apply(bytes, at))
}

/** A gzip file: one stream, compressed anew. */
export async function rewriteGzip(
  output: Output,
  patches: PatchList,
  codecs: WritingCodecs,
  work: WorkMeter,
): Promise<void> {
  const { source } = output
  const taken = counted(chunksOf(source, 0, source.size))
  const raw = patched(unpacked('gzip', taken.chunks, codecs, work), 0, patches)
  for await (const bytes of codecs.packStream('gzip', raw)) await output.write(bytes, taken.count())
}

/** Chunks of the content from `start` on with their patches. Throws `blend.changed` when they end before the patches. */
export async function* patched(
  chunks: AsyncIterable<Uint8Array>,
  start: number,
  patches: PatchList,
  last = patches.end,
): AsyncGenerator<Uint8Array> {
  let at = start
  for await (const chunk of chunks) {
    yield patches.apply(chunk, at)
    at += chunk.length
  }
  if (at < last) throw fileChanged(last)
}

/**
 * The content of one gzip member or zstd frame. Throws `blend.corrupt`, `blend.truncated`, `blend.too_large`: what lies
 * behind the last block was never read, and may be a bomb.
 */
export async function* unpacked(
  kind: 'gzip' | 'zstd',
  compressed: AsyncIterable<Uint8Array>,
  codecs: Codecs,
  work: WorkMeter,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of codecs.stream(kind, compressed)) {
      work.add(chunk.length)
      yield chunk
    }
  } catch (cause) {
    if (cause instanceof BlendFileError) throw cause
    throw Object.assign(corrupt(`its ${kind} stream cannot be decompressed`), { cause })
  }
}

/** How many bytes of a source were taken. */
function counted(chunks: AsyncIterable<Uint8Array>): { chunks: AsyncIterable<Uint8Array>; count(): number } {
  let count = 0
  const counting = async function* () {
    for await (const chunk of chunks) {
      count += chunk.length
      yield chunk
    }
  }
  return { chunks: counting(), count: () => count }
}
