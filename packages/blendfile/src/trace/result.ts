import type { CloudProvider } from '../cloud/provider.ts'
import type { Place } from '../rewrite/place.ts'

/** One path that is stored in a .blend, before any disk is asked. Paths are absolute but for `stored` and `list`. */
export interface StoredPath {
  /** The .blend that refers. */
  readonly in: string
  /** Name of the data-block with its two-letter code: `IMbrick.png`. */
  readonly block: string
  /** RNA type of what holds the path: `Image`. */
  readonly type: string
  /** Field on disk. */
  readonly field: string
  /** As it is in the file. Of a strip with many images, the first one. */
  readonly stored: string
  /** Of a strip with many files: each that it names, as it is in the file; all in one folder. */
  readonly list?: readonly string[]
  /** Where in the .blend it is written (`rewrite`); undefined when it is in no field, or in a library that is packed
   * into another file. */
  readonly place?: Place
  /** The .blend whose folder `//` means, when that is another one: the library that a data-block was packed from; for
   * some caches of a library's objects, the root. */
  readonly base?: string
  /** Where that leads. */
  readonly path: string
  readonly kind: string
  /** True when it stands for several files: frames, tiles, a folder. */
  readonly sequence: boolean
  /** A render does not need it. */
  readonly optional: boolean
  /** Its content is inside the .blend; no file is needed. */
  readonly packed: boolean
}

/** A path with the files that it stands for. */
export interface Usage extends StoredPath {
  /** The files that exist. */
  readonly files: readonly string[]
}

export interface DependencyFile {
  readonly path: string
  /** Bytes; 0 where only a cloud knows it. */
  readonly size: number
  /** Who holds its content, which is not on this disk yet. */
  readonly cloud?: CloudProvider
}

export interface MissingFile {
  readonly path: string
  readonly usages: readonly Usage[]
  /** Files of this name elsewhere in the project: it may be one of them. */
  readonly similar?: readonly string[]
}

/** Something that went wrong with one file; the rest of the trace went on. */
export interface TraceProblem {
  readonly code: string
  readonly path: string
  readonly message: string
}

export interface TraceResult {
  /** The root .blend. */
  readonly file: string
  readonly seconds: number
  readonly usages: readonly Usage[]
  /** Every file that is used and exists, once; without the root itself. */
  readonly files: readonly DependencyFile[]
  /** What a render needs and is not there. */
  readonly missing: readonly MissingFile[]
  readonly errors: readonly TraceProblem[]
  /** What works here and may not elsewhere, or is odd: names that differ by case, linked data-blocks that are gone. */
  readonly warnings: readonly TraceProblem[]
}

export interface TraceProgress {
  /** .blend files read, and known to be read: the second grows while libraries are found. */
  readonly filesRead: number
  readonly filesKnown: number
  readonly usages: number
  readonly missing: number
  /** The .blend that was read last. */
  readonly current: string
}
