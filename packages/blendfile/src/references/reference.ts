import type { Scope } from '../file/scope.ts'
import type { StructView } from '../file/struct-view.ts'
import type { BlendPath } from '../path/blend-path.ts'
import type { Place } from '../rewrite/place.ts'

/** How a stored path becomes files on disk. Pure data: `expand.ts` asks the disk. */
export type Expansion =
  /** The one file that the path names. */
  | { readonly how: 'file' }
  /** All frames that exist: the last number in the file's name counts. */
  | { readonly how: 'frames' }
  /** One file per tile, by `<UDIM>` or `<UVTILE>` in the name. */
  | { readonly how: 'tiles'; readonly tiles: readonly number[] }
  /** Exactly these, beside each other in one folder. */
  | { readonly how: 'list'; readonly paths: readonly BlendPath[] }
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
}

/** Where a struct was found. */
export interface Site {
  /** The ID data-block that the struct belongs to, with its DATA blocks. */
  readonly scope: Scope
  /** Name of that data-block with its two letters, `OBCube`. */
  readonly owner: string
  /** Name of the .blend without folder and ending: part of the names of Blender's caches. */
  readonly blendName: string
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
