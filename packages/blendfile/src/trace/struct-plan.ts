import type { StructDef } from '../file/struct-def.ts'
import { referenceKinds } from '../references/kinds.ts'
import type { ReferenceKind } from '../references/reference.ts'

/** What the tracer does with every struct of one type: worked out once per catalogue. */
export interface StructPlan {
  /** Offsets of pointers that can lead to a data-block. */
  readonly pointers: readonly number[]
  /** Offsets of pointers to arrays of such pointers (`Material **mat`). */
  readonly arrays: readonly number[]
  readonly kinds: readonly ReferenceKind[]
}

const nothing: readonly number[] = []
/** No struct that holds a path is smaller; a damaged catalogue could make millions of them. */
const smallestHolder = 16

/**
 * Pointers of `ID` itself and others that lead back or sideways and not to what a data-block needs: neighbours in
 * Blender's lists, the library it came from (known from the file's order), owners.
 */
const notFollowed: Readonly<Record<string, ReadonlySet<string>>> = {
  ID: new Set(['next', 'prev', 'newid', 'lib', 'orig_id', 'py_instance']),
  Library: new Set(['parent', 'filedata', 'archive_parent_library']),
  Key: new Set(['from']),
  Object: new Set(['proxy_from']),
}

const kindsOf = new Map<string, ReferenceKind[]>()
for (const kind of referenceKinds) {
  for (const struct of kind.structs) kindsOf.set(struct, [...(kindsOf.get(struct) ?? []), kind])
}

const plans = new WeakMap<StructDef, StructPlan>()

export function planOf(struct: StructDef): StructPlan {
  let plan = plans.get(struct)
  if (plan === undefined) {
    const pointers: number[] = []
    const arrays: number[] = []
    collect(struct, 0, pointers, arrays, new Set())
    const kinds = struct.size < smallestHolder ? [] : (kindsOf.get(struct.name) ?? [])
    plan = { pointers: pointers.length > 0 ? pointers : nothing, arrays: arrays.length > 0 ? arrays : nothing, kinds }
    plans.set(struct, plan)
  }
  return plan
}

/**
 * Only pointers that are declared as pointers to a data-block, or to anything (`void`, structs that are not saved),
 * can lead to one. All others lead to DATA blocks, which are visited anyway because they follow their ID in the file.
 */
function collect(struct: StructDef, start: number, pointers: number[], arrays: number[], inside: Set<string>): void {
  if (inside.has(struct.name)) return // A catalogue where a struct holds itself is damaged.
  inside.add(struct.name)
  const skipped = notFollowed[struct.name]
  for (const field of struct.fields.values()) {
    if (skipped?.has(field.name)) continue
    const inner = struct.structNamed(field.type)
    const offset = start + field.offset
    if (field.pointerDepth === 0) {
      if (inner === undefined || inner.size === 0) continue
      for (let i = 0; i < field.length; i++) collect(inner, offset + i * field.size, pointers, arrays, inside)
    } else if (canLeadToId(field.type, inner)) {
      const offsets = field.pointerDepth === 1 ? pointers : arrays
      for (let i = 0; i < field.length; i++) offsets.push(offset + i * field.size)
    }
  }
  inside.delete(struct.name)
}

const plainTypes = new Set(['char', 'uchar', 'short', 'ushort', 'int', 'long', 'ulong', 'float', 'double'])

function canLeadToId(type: string, struct: StructDef | undefined): boolean {
  if (struct !== undefined) return struct.isId
  return !plainTypes.has(type) && !/^u?int\d+_t$/.test(type)
}
