import { memorySource } from '../byte-source.ts'
import { webCodecs } from '../codecs.ts'
import { BlendFile } from '../file/blend-file.ts'
import type { Expansion } from '../references/reference.ts'
import { FileTrace } from '../trace/file-trace.ts'
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
): Promise<PlainReference[]> {
  const file = await BlendFile.open(memorySource(writeBlend({ ...baseStructs, ...structs }, blocks, layout)), {
    codecs: webCodecs,
  })
  const { references, errors } = await new FileTrace(file, 'scene').visitAll()
  if (errors.length > 0) throw errors[0]!
  return references.map(({ kind, block, reference: { stored, packed = false, optional = false, ...rest } }) => ({
    kind: kind.kind,
    block,
    ...rest,
    stored: stored.toString(),
    packed,
    optional,
  }))
}
