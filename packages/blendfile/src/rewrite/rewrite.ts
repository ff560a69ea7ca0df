import type { ByteSink } from '../byte-sink.ts'
import type { ByteSource } from '../byte-source.ts'
import type { WritingCodecs } from '../codecs.ts'
import { expansionLimits, WorkMeter } from '../content/expansion.ts'
import type { Compression } from '../content/open-content.ts'
import { openContent } from '../content/open-content.ts'
import type { BlendHeader } from '../file/header.ts'
import { readHeader } from '../file/header.ts'
import type { PathEdit } from './edit.ts'
import { patchesOf } from './edit.ts'
import type { OutputOptions } from './output.ts'
import { Output } from './output.ts'
import { PatchList } from './patch.ts'
import { rewriteGzip, rewritePlain } from './rewrite-stream.ts'
import { rewriteZstd } from './rewrite-zstd.ts'

export interface RewriteOptions extends OutputOptions {
  codecs: WritingCodecs
}

/**
 * Writes a .blend with other paths: compressed as it was, all other bytes as they were; without a change, the same
 * bytes. Memory does not grow with the file.
 *
 * Paths that do not fit are found before anything is written: `blend.path_too_long` lists them all. Throws
 * `BlendFileError`, or the signal's reason; what was written until then is no .blend. The source is not closed.
 */
export async function rewrite(
  source: ByteSource,
  sink: ByteSink,
  edits: Iterable<PathEdit>,
  options: RewriteOptions,
): Promise<void> {
  const { codecs } = options
  const { header, compression } = await readStart(source, codecs)
  const patches = new PatchList(patchesOf(edits, header))
  const output = new Output(source, sink, options)
  const limits = expansionLimits(source.size)
  if (patches.count === 0) await output.copy(0, source.size)
  else if (compression === 'none') await rewritePlain(output, patches)
  else if (compression === 'gzip') await rewriteGzip(output, patches, codecs, new WorkMeter(limits.content))
  else await rewriteZstd(output, patches, codecs, new WorkMeter(limits.work))
  options.signal?.throwIfAborted()
}

async function readStart(
  source: ByteSource,
  codecs: WritingCodecs,
): Promise<{ header: BlendHeader; compression: Compression }> {
  const lent = { size: source.size, read: source.read.bind(source), close: async () => {} }
  const { content, compression } = await openContent(lent, { codecs })
  try {
    return { header: await readHeader(content), compression }
  } finally {
    await content.close()
  }
}
