import type { Scope } from '../file/scope.ts'
import type { StructView } from '../file/struct-view.ts'
import type { BlendPath } from '../path/blend-path.ts'
import type { Place } from '../rewrite/place.ts'

/** How a stored path becomes files on disk. Pure data: `expand.ts` asks the disk. */
export type Expansion =
  /** The one file that the path names; `also`: a file beside it that goes with it when it is there. */
  | { readonly how: 'file'; readonly also?: BlendPath }
  /** All frames that exist: the last number in the file's name counts. `numbered`: where it has to be, for those who
   * want it directly before the ending; `only`: this frame and no other. */
  | { readonly how: 'frames'; readonly numbered?: 'at the end'; readonly only?: number }
  /** One file per tile, by `<UDIM>` or `<UVTILE>` in the name. `byFirst`: a name without these is that of one tile. */
  | { readonly how: 'tiles'; readonly tiles: readonly number[]; readonly byFirst?: boolean }
  /** Exactly these, beside each other in one folder. `views`: more of them, whose names Blender makes from these. */
  | { readonly how: 'list'; readonly paths: readonly BlendPath[]; readonly views?: readonly BlendPath[] }
  /** Files in the folder that the path names, or in one `inside` it; `names` says which of what is
   * directly in there, `deep` takes folders with all that is in them. */
  | { readonly how: 'folder'; readonly inside?: string; readonly names?: RegExp; readonly deep?: boolean }
  /** None: the path only says where something would be, as that of proxies does. */
  | { readonly how: 'nothing' }

/** A path that a struct holds, before anything is looked up. */
export interface Reference {
  /** RNA type of what holds it: `Image`, `ShaderNodeTexIES`. */
  readonly type: string
  /** Field on disk; with its struct when that is not the data-block itself: `NodeShaderTexIES.filepath`. */
  readonly field: string
  readonly stored: BlendPath
  /** Where it is written; undefined for a path that Blender derives and no field holds. */
  readonly place?: Place
  readonly expansion: Expansion
  /** Its content is inside the .blend: no file is needed. */
  readonly packed?: boolean
  /** A render does not need it. */
  readonly optional?: boolean
  /** `//` means the folder of the .blend that was opened, also when a library says it. */
  readonly ofOpened?: boolean
}

/** Where a struct was found. */
export interface Site {
  /** The ID data-block that the struct belongs to, with its DATA blocks. */
  readonly scope: Scope
  /** Name of that data-block with its two letters, `OBCube`. */
  readonly owner: string
  /** Name of the .blend without folder and ending: part of the names of Blender's caches. */
  readonly blendName: string
  /** Of a library: the same of the .blend that was opened. */
  readonly openedName?: string | undefined
}

/** One kind of path-bearing thing. Kinds are a table (`kinds.ts`): reaching the structs is the tracer's, not theirs. */
export interface ReferenceKind {
  /** What callers see as a usage's `kind`. */
  readonly kind: string
  /** Structs, by their names on disk, that hold it. */
  readonly structs: readonly string[]
  /** The references of one struct. Empty paths may be returned: they are no dependency and are left out. */
  find(view: StructView, site: Site): readonly Reference[] | Promise<readonly Reference[]>
}
