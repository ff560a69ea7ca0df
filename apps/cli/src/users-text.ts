import { idTypes } from '@backlot/blendfile/file/id-types'
import type { Usage } from '@backlot/blendfile/trace/result'
import { printable } from './printable.ts'

/** A data-block as people call it: `IMwood` → `image wood`. */
export function blockText(block: string): string {
  const type = idTypes[block.slice(0, 2)]
  return printable(type === undefined ? block : `${wordsOf(type)} ${block.slice(2)}`)
}

/** Who refers to a file, a line each: data-block and .blend. All, or so many and how many more. */
export function usersText(usages: readonly Usage[], most: number): string[] {
  const lines = usages.slice(0, most).map((usage) => `${blockText(usage.block)} in ${printable(usage.in)}`)
  return usages.length > most ? [...lines, `${usages.length - most} more`] : lines
}

/** `NodeTree` → `node tree`. */
function wordsOf(type: string): string {
  return type.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase()
}
