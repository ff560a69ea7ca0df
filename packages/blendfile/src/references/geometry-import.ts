import { BlendPath } from '../path/blend-path.ts'
import type { ReferenceKind } from './reference.ts'

/** `subtype` of a string socket that holds a file path. */
const filePath = 1

/** Paths in the sockets of geometry nodes that read files (Import OBJ, PLY, STL, CSV, VDB, text; from 4.5). */
export const geometryImport: ReferenceKind = {
  kind: 'geometry_import',
  structs: ['bNodeSocketValueString'],
  find(view) {
    if (view.int('subtype') !== filePath) return []
    const stored = new BlendPath(view.chars('value'))
    return [{ type: 'NodeSocketString', field: 'bNodeSocketValueString.value', stored, expansion: { how: 'file' } }]
  },
}
