import { memorySink } from '../byte-sink.ts'
import { memorySource } from '../byte-source.ts'
import { webCodecs } from '../codecs.ts'
import { BlendFile } from '../file/blend-file.ts'
import type { Expansion } from '../references/reference.ts'
import { renamePaths } from '../rewrite/rename-paths.ts'
import type { FoundReference, TracedNames } from '../trace/file-trace.ts'
import { FileTrace } from '../trace/file-trace.ts'
import type { StoredPath } from '../trace/result.ts'
import type { BlockInput, FileLayout, Structs } from './blend-writer.ts'
import { writeBlend } from './blend-writer.ts'

/** An `ID` as all versions have it, and what lists and packed files are made of. */
export const baseStructs: Structs = {
  Link: ['Link *next', 'Link *prev'],
  ListBase: ['void *first', 'void *last'],
  ID: ['void *next', 'void *prev', 'ID *newid', 'Library *lib', 'char name[66]', 'char pad[6]'],
  PackedFile: ['int size', 'int seek', 'void *data'],
  Library: ['ID id', 'char name[1024]', 'PackedFile *packedfile'],
}

/** A reference without its objects, for comparing. */
export interface PlainReference {
  kind: string
  block: string
  type: string
  field: string
  stored: string
  expansion: Expansion
  packed: boolean
  optional: boolean
}

/** The references that the table of kinds finds in a file of these blocks. */
export async function findReferences(
  structs: Structs,
  blocks: readonly BlockInput[],
  layout?: FileLayout,
  names?: TracedNames,
): Promise<PlainReference[]> {
  const found = await referencesIn(await open(writeBlend({ ...baseStructs, ...structs }, blocks, layout)), names)
  return found.map(({ kind, block, reference }) => {
    const { type, field, stored, expansion, packed = false, optional = false } = reference
    return { kind: kind.kind, block, type, field, stored: stored.toString(), expansion, packed, optional }
  })
}

/** The paths that a file of these blocks holds when all that can be were moved from `//` to `//moved/`. */
export async function findMoved(
  structs: Structs,
  blocks: readonly BlockInput[],
  layout?: FileLayout,
): Promise<string[]> {
  const found = await referencesIn(await openMoved(structs, blocks, layout))
  return found.flatMap(({ reference: { stored, expansion } }) =>
    expansion.how === 'list' ? expansion.paths.map(String) : [stored.toString()],
  )
}

/** The file in which they were. */
export async function openMoved(
  structs: Structs,
  blocks: readonly BlockInput[],
  layout?: FileLayout,
): Promise<BlendFile> {
  const sink = memorySink()
  const source = memorySource(writeBlend({ ...baseStructs, ...structs }, blocks, layout))
  const moved = ({ stored, place }: StoredPath) => (place === undefined ? undefined : stored.replace('//', '//moved/'))
  await renamePaths(source, sink, moved, { path: '/p/scene.blend', style: 'posix', codecs: webCodecs })
  return open(sink.bytes())
}

const open = (blend: Uint8Array) => BlendFile.open(memorySource(blend), { codecs: webCodecs })

async function referencesIn(file: BlendFile, names: TracedNames = { blend: 'scene' }): Promise<FoundReference[]> {
  const { references, errors } = await new FileTrace(file, names).visitAll()
  if (errors.length > 0) throw errors[0]!
  return references
}
