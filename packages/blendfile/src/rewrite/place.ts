import type { CharField } from '../file/struct-view.ts'

/**
 * Where a path is written in a .blend, so that it can be changed there. Numbers are bytes from the start of the
 * uncompressed content; they hold for the file as it was when it was traced.
 */
export type Place = FieldPlace | BlockPlace | SplitPlace

/** A `char name[capacity]` inside a struct. */
export interface FieldPlace extends CharField {
  readonly how: 'field'
  /** Fields that Blender fills from this one when it loads the file: they take the same bytes. */
  readonly copies?: readonly CharField[]
}

/** A block of its own that a pointer leads to (`char *name`): it grows and shrinks with its text. */
export interface BlockPlace {
  readonly how: 'block'
  /** Where the block's data starts, behind its head. */
  readonly at: number
  readonly length: number
  /** Numbers (`int`) elsewhere that say how long the text is, its zero counted. */
  readonly counts?: readonly number[]
}

/** A folder and the names of files in it, stored apart, as the sequencer does. */
export interface SplitPlace {
  readonly how: 'split'
  readonly folder: CharField & {
    /** Bytes of the folder as it is stored. */
    readonly length: number
  }
  /** The first name, and how far the next one is. */
  readonly name: CharField & { readonly stride: number; readonly count: number }
}
