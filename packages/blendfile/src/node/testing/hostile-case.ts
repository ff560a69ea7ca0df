import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ByteSink } from '../../byte-sink.ts'
import { memorySource } from '../../byte-source.ts'
import { BlendFileError } from '../../errors.ts'
import { BlendFile } from '../../file/blend-file.ts'
import { PLACEHOLDER } from '../../file/block-code.ts'
import { blockHeadBytes } from '../../file/header.ts'
import { inspect } from '../../inspect/inspect.ts'
import { renamePaths } from '../../rewrite/rename-paths.ts'
import { concat, writeBlend } from '../../testing/blend-writer.ts'
import { baseStructs } from '../../testing/find-references.ts'
import { memoryFileSystem } from '../../testing/memory-file-system.ts'
import { mutations } from '../../testing/mutations.ts'
import { Random } from '../../testing/random.ts'
import { layouts, linkedNames, seedFile } from '../../testing/seed-files.ts'
import type { StoredPath } from '../../trace/result.ts'
import { trace } from '../../trace/trace.ts'
import { openFile } from '../byte-source.ts'
import { nodeCodecs } from '../codecs.ts'
import { compress, forms } from './compress.ts'
import { compressBadly } from './compressed-mutations.ts'

/** A whole file to start from, uncompressed, and names of data-blocks that can be linked from it. */
export interface Seed {
  readonly name: string
  readonly bytes: Uint8Array
  readonly linkable: readonly string[]
}

export type Way = 'inspected' | 'traced' | 'asLibrary'

/** What our own writer writes: every layout, with and without a library inside. */
export function writtenSeeds(): Seed[] {
  return layouts.flatMap((layout) => {
    const name = `${layout.version} ${layout.pointerSize * 8}-bit ${layout.littleEndian ? 'little' : 'big'}`
    const inner = seedFile(layout, '//lib.blend')
    return [
      { name, bytes: inner, linkable: linkedNames },
      { name: `${name}, library inside`, bytes: seedFile(layout, '//lib.blend', inner), linkable: linkedNames },
      { name: `${name}, its own library`, bytes: seedFile(layout, '//hostile.blend'), linkable: linkedNames },
    ]
  })
}

/** The damaged file of a number: always the same for the same seeds. */
export async function damagedFile(
  seeds: readonly Seed[],
  number: number,
): Promise<{ what: string; bytes: Uint8Array; seed: Seed }> {
  const random = new Random(number)
  const seed = random.pick(seeds)
  let bytes: Uint8Array = seed.bytes.slice()
  const done: string[] = []
  const form = random.pick(forms)
  // One in five has whole content in a damaged envelope.
  const isEnvelope = form !== 'plain' && random.chance(0.2)
  for (let count = isEnvelope ? 0 : 1 + random.below(3); count > 0; count--) {
    const file = await BlendFile.open(memorySource(bytes), { codecs: nodeCodecs }).catch(() => undefined)
    if (file === undefined) break // Already too damaged to know what is where.
    const [name, mutate] = random.pick(Object.entries(mutations))
    bytes = mutate({ bytes: bytes.slice(), file }, random)
    done.push(name)
  }
  const packed = isEnvelope ? compressBadly(bytes, form, random) : compress(bytes, form)
  return { what: `${seed.name}, ${form}: ${isEnvelope ? 'envelope' : done.join(', ')}`, bytes: packed, seed }
}

/** The ways to read a file, as the .blend itself and as another's library. Each throws what no reader may throw. */
export function waysToRead(bytes: Uint8Array, linkable: readonly string[]): Record<Way, () => Promise<string>> {
  const path = '/p/hostile.blend'
  const files: Record<string, Uint8Array | string> = {
    [path]: bytes,
    '/p/root.blend': rootOf('//hostile.blend', linkable),
    '/p/seq/a_0001.png': 'x',
    '/p/t.1001.png': 'x',
  }
  const options = { fileSystem: memoryFileSystem('posix', files), codecs: nodeCodecs }
  return {
    inspected: () =>
      outcomeOf(async () => {
        const file = await BlendFile.open(memorySource(bytes), options)
        await inspect(file, path)
        await file.close()
      }),
    traced: () => outcomeOf(() => trace(path, options)),
    asLibrary: () => outcomeOf(() => trace('/p/root.blend', options)),
  }
}

/**
 * Changes every path to one of the same length. What comes out must be as good a .blend as what went in. Answers as
 * `outcomeOf`.
 */
export function rewriteDamaged(bytes: Uint8Array): Promise<string> {
  const options = { codecs: nodeCodecs, path: '/p/hostile.blend', style: 'posix' } as const
  const changed = ({ place, stored }: StoredPath) => (place === undefined ? undefined : stored.replace(/[^/\\]$/, 'X'))
  return outcomeOf(async () => {
    const sink = boundedSink()
    await renamePaths(memorySource(bytes), sink, changed, options)
    const whole = sink.bytes()
    if (whole === undefined) return
    const file = await BlendFile.open(memorySource(whole), options).catch((cause: unknown) => {
      throw new Error('a rewritten file is damaged', { cause })
    })
    await file.close()
  })
}

/** Keeps what is written while that is not much. */
export function boundedSink(): ByteSink & { bytes(): Uint8Array | undefined } {
  const most = 16 * 1024 * 1024
  let kept: Uint8Array[] | undefined = []
  let length = 0
  return {
    async write(bytes) {
      length += bytes.length
      if (length > most) kept = undefined
      kept?.push(bytes.slice())
    },
    bytes: () => kept && concat(kept),
  }
}

function rootOf(library: string, names: readonly string[]): Uint8Array {
  return writeBlend(baseStructs, [
    { code: 'LI', struct: 'Library', address: 1, data: { 'id.name': 'LIlib', name: library } },
    ...names.map((name, index) => ({ code: 'ID', struct: 'ID', address: 16 * (index + 1), data: { name } })),
  ])
}

/** `read`, or the code of the error that it was refused with. */
export async function outcomeOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work()
    return 'read'
  } catch (error) {
    if (error instanceof BlendFileError) return error.code
    throw error
  }
}

/** The whole .blend files of a folder, uncompressed, by name. */
export async function savedSeeds(folder: string): Promise<Seed[]> {
  const seeds: Seed[] = []
  for (const name of (await readdir(folder)).filter((entry) => entry.endsWith('.blend')).toSorted()) {
    const source = await openFile(join(folder, name))
    const file = await BlendFile.open(source, { codecs: nodeCodecs }).catch(() => undefined)
    if (file === undefined) continue // One that is damaged already.
    const { offsets, lengths, count } = file.blocks
    const end = offsets[count - 1]! + lengths[count - 1]! + blockHeadBytes[file.header.blockHead] // and ENDB
    const linkable: string[] = []
    for (const id of file.ids)
      if (linkable.length < 40 && file.blocks.codes[id] !== PLACEHOLDER) linkable.push(await file.nameOf(id))
    seeds.push({ name, bytes: (await file.content.read(0, end)).slice(), linkable })
    await file.close()
  }
  return seeds
}
