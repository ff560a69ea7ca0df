import { corrupt } from '../errors.ts'
import type { Sdna } from '../file/sdna.ts'
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

/** No struct that holds a path is smaller; a damaged catalogue could make millions of them. */
const smallestHolder = 16
/** Offsets of all plans of one catalogue. 5.0 has 1,700; a damaged one could have a billion. */
const mostOffsets = 200_000
/** Structs in structs in structs: Blender's are at most 5 deep. */
const deepest = 32

/**
 * Pointers of `ID` itself and others that lead back or sideways and not to what a data-block needs: neighbours in
 * Blender's lists, the library it came from (known from the file's order), owners.
 */
const notFollowed: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['ID', new Set(['next', 'prev', 'newid', 'lib', 'orig_id', 'py_instance'])],
  ['Library', new Set(['parent', 'filedata', 'archive_parent_library'])],
  ['Key', new Set(['from'])],
  ['Object', new Set(['proxy_from'])],
])

const kindsOf = new Map<string, ReferenceKind[]>()
for (const kind of referenceKinds) {
  for (const struct of kind.structs) kindsOf.set(struct, [...(kindsOf.get(struct) ?? []), kind])
}

const plansOf = new WeakMap<Sdna, StructPlans>()

/** The plans of all files that have this catalogue. */
export function plansFor(sdna: Sdna): StructPlans {
  let plans = plansOf.get(sdna)
  if (plans === undefined) {
    plans = new StructPlans(sdna)
    plansOf.set(sdna, plans)
  }
  return plans
}

export class StructPlans {
  readonly #sdna: Sdna
  /** By index in the catalogue: asked for every block, of which a file may have a million. */
  readonly #plans: (StructPlan | undefined)[] = []
  #offsets = 0

  constructor(sdna: Sdna) {
    this.#sdna = sdna
  }

  /**
   * `index`: of the struct in the catalogue, as a block's head has it. Throws `blend.corrupt` for one that it has not, and
   * for one that no Blender writes.
   */
  at(index: number): StructPlan {
    const known = this.#plans[index]
    if (known !== undefined) return known
    const struct = this.#sdna.structs[index]
    if (struct === undefined) throw corrupt(`a block has struct ${index}, which the catalogue has not`)
    return this.#of(struct, 0)
  }

  /** `depth`: how many structs this one is inside of. */
  #of(struct: StructDef, depth: number): StructPlan {
    const known = this.#plans[struct.index]
    if (known !== undefined) return known
    if (depth > deepest) throw corrupt(`its struct ${struct.name} holds itself, or too many others inside each other`)
    const pointers: number[] = []
    const arrays: number[] = []
    this.#collect(struct, pointers, arrays, depth)
    const kinds = struct.size < smallestHolder ? [] : (kindsOf.get(struct.name) ?? [])
    const plan = { pointers, arrays, kinds }
    this.#plans[struct.index] = plan
    return plan
  }

  /**
   * Only pointers that are declared as pointers to a data-block, or to anything (`void`, structs that are not saved),
   * can lead to one. All others lead to DATA blocks, which are visited anyway because they follow their ID in the file.
   */
  #collect(struct: StructDef, pointers: number[], arrays: number[], depth: number): void {
    const skipped = notFollowed.get(struct.name)
    for (const field of struct.fields.values()) {
      if (skipped?.has(field.name)) continue
      const inner = struct.structNamed(field.type)
      if (field.pointerDepth === 0) {
        if (inner === undefined || inner.size === 0) continue
        const plan = this.#of(inner, depth + 1)
        if (plan.pointers.length + plan.arrays.length === 0) continue
        for (let i = 0; i < field.length; i++) {
          const start = field.offset + i * field.size
          for (const offset of plan.pointers) this.#add(pointers, start + offset)
          for (const offset of plan.arrays) this.#add(arrays, start + offset)
        }
      } else if (canLeadToId(field.type, inner)) {
        const offsets = field.pointerDepth === 1 ? pointers : arrays
        for (let i = 0; i < field.length; i++) this.#add(offsets, field.offset + i * field.size)
      }
    }
  }

  #add(offsets: number[], offset: number): void {
    if (++this.#offsets > mostOffsets) throw corrupt('its catalogue has impossibly many pointers')
    offsets.push(offset)
  }
}

const plainTypes = new Set(['char', 'uchar', 'short', 'ushort', 'int', 'long', 'ulong', 'float', 'double'])

function canLeadToId(type: string, struct: StructDef | undefined): boolean {
  if (struct !== undefined) return struct.isId
  return !plainTypes.has(type) && !/^u?int\d+_t$/.test(type)
}
