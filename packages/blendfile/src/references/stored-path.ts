import type { Scope } from '../file/scope.ts'
import type { StructView } from '../file/struct-view.ts'
import { BlendPath, joinStored } from '../path/blend-path.ts'
import type { Reference } from './reference.ts'

/** A path, the name of its field, and where it can be rewritten: said once for finding and for rewriting. */
type StoredAt = Pick<Reference, 'field' | 'stored' | 'place'>

/** The path in a `char name[n]`. `copies`: fields that Blender fills from it on loading. */
export function pathIn(view: StructView, field: string, copies: readonly string[] = []): StoredAt {
  const at = view.charField(field)
  const same = copies.map((name) => view.charField(name)).filter((copy) => copy !== undefined)
  return {
    field: fieldName(view, field),
    stored: new BlendPath(view.chars(field)),
    place: at && { how: 'field', ...at, ...(same.length > 0 ? { copies: same } : {}) },
  }
}

/** The path that a `char *name` leads to; undefined when it leads nowhere. `counts`: fields with its length. */
export async function pathAt(
  scope: Scope,
  view: StructView,
  field: string,
  counts: readonly string[] = [],
): Promise<StoredAt | undefined> {
  const pointer = view.pointer(field)
  const text = await scope.text(pointer)
  if (text === undefined) return undefined
  const block = scope.blockAt(pointer)
  const { offsets, lengths } = scope.file.blocks
  const numbers = counts.map((count) => view.position(count)).filter((at) => at !== undefined)
  return {
    field: fieldName(view, field),
    stored: new BlendPath(text),
    place: {
      how: 'block',
      at: offsets[block]!,
      length: lengths[block]!,
      ...(numbers.length > 0 ? { counts: numbers } : {}),
    },
  }
}

/** Files whose names are stored apart from their folder: the path of the first, and of each. `files` is not empty. */
export function pathsInFolder(
  owner: StructView,
  folderField: string,
  files: readonly StructView[],
  nameField: string,
): { first: StoredAt; paths: readonly BlendPath[] } {
  const directory = owner.chars(folderField)
  const [first] = files as readonly [StructView]
  const folder = owner.charField(folderField)
  const name = first.charField(nameField)
  const paths = files.map((file) => joinStored(directory, file.chars(nameField)))
  const place =
    folder &&
    name &&
    ({
      how: 'split',
      folder: { ...folder, length: directory.length },
      name: { ...name, stride: first.def.size, count: files.length },
    } as const)
  const stored = first.chars(nameField).length === 0 ? new BlendPath(new Uint8Array(0)) : paths[0]!
  return { first: { field: fieldName(first, nameField), stored, place }, paths }
}

/** Field on disk; with its struct when that is not the data-block itself. */
function fieldName({ def }: StructView, field: string): string {
  return def.isId ? field : `${def.name}.${field}`
}
