import type { BlendFile } from '../../file/blend-file.ts'
import type { StoredPath } from '../../trace/result.ts'

type Ranges = readonly (readonly [from: number, to: number])[]

/**
 * What is not the same in two files where only `edited` paths may differ: heads, and numbers of blocks. The length of a
 * text and the bytes of an edited field may.
 */
export async function changedBlocks(
  before: BlendFile,
  after: BlendFile,
  edited: readonly StoredPath[],
): Promise<(string | number)[]> {
  const changed: (string | number)[] = []
  if (JSON.stringify(before.header) !== JSON.stringify(after.header)) changed.push('header')
  for (const heads of ['codes', 'structs', 'elements', 'addressLow', 'addressHigh'] as const) {
    const [was, is] = [before.blocks[heads], after.blocks[heads]]
    if (was.length !== is.length || was.some((value, block) => value !== is[block])) changed.push(heads)
  }
  const ranges = edited.flatMap(({ place }) => rangesOf(place))
  const texts = new Set(edited.map(({ place }) => (place?.how === 'block' ? place.at : -1)))
  for (let block = 0; block < Math.min(before.blocks.count, after.blocks.count); block++) {
    const start = before.blocks.offsets[block]!
    if (texts.has(start)) continue
    const [was, is] = [
      await bytesWithout(before, block, ranges, start),
      await bytesWithout(after, block, ranges, start),
    ]
    if (Buffer.compare(was, is) !== 0) changed.push(block)
  }
  return changed
}

/** A block's bytes, those of the ranges cleared; `start`: where it was when the ranges were found. */
async function bytesWithout(file: BlendFile, block: number, ranges: Ranges, start: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(await file.bytes(block))
  for (const [from, to] of ranges) {
    if (to > start && from < start + bytes.length) bytes.fill(0, Math.max(0, from - start), to - start)
  }
  return bytes
}

function rangesOf(place: StoredPath['place']): Ranges {
  if (place === undefined || place.how === 'block') return []
  if (place.how === 'field') return [place, ...(place.copies ?? [])].map(({ at, capacity }) => [at, at + capacity])
  const { folder, name } = place
  return [
    [folder.at, folder.at + folder.capacity],
    [name.at, name.at + name.capacity],
  ]
}
