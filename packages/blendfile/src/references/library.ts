import { PLACEHOLDER } from '../file/block-code.ts'
import type { ReferenceKind } from './reference.ts'
import { pathIn } from './stored-path.ts'

/**
 * The .blend files that data-blocks are linked from. Packed: the whole library is inside (the tracer reads it there),
 * or, from 5.0, single data-blocks are, under a library that is only an archive of another. A library that nothing is
 * linked from any more is listed by Blender, but not needed.
 */
export const library: ReferenceKind = {
  kind: 'library',
  structs: ['Library'],
  find(view, { scope }) {
    const packed = view.pointer('packedfile') !== null || view.pointer('archive_parent_library') !== null
    // What is linked from a library follows it in the file.
    const isLinked = scope.file.blocks.codes[scope.end] === PLACEHOLDER
    // To 4.0 the absolute path is saved too, as `filepath`; Blender makes it anew from the other when it loads the file.
    const path = pathIn(view, 'name', ['filepath'])
    return [{ type: 'Library', ...path, expansion: { how: 'file' }, packed, optional: !isLinked }]
  },
}
