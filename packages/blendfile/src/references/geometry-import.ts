import type { Reference, ReferenceKind } from './reference.ts'
import { pathAt, pathIn } from './stored-path.ts'

/** `subtype` of a string socket that holds a file path; that of its property in a modifier is the same. */
const filePath = 1
const stringProperty = 0

/** Paths in the sockets of geometry nodes that read files (Import OBJ, PLY, STL, CSV, VDB, text; from 4.5). */
export const geometryImport: ReferenceKind = {
  kind: 'geometry_import',
  structs: ['bNodeSocketValueString'],
  find(view) {
    if (view.int('subtype') !== filePath) return []
    return [{ type: 'NodeSocketString', ...pathIn(view, 'value'), expansion: { how: 'file' } }]
  },
}

/**
 * The same as inputs of a modifier's node group, which are properties of the modifier. A property says by itself that it
 * is a path, so the node group may be in a library. Blender does not list them.
 */
export const geometryInput: ReferenceKind = {
  kind: 'geometry_import',
  structs: ['NodesModifierData'],
  async find(view, { scope }) {
    const group = await scope.follow(view.pointer('settings.properties'))
    if (group === undefined) return []
    const references: Reference[] = []
    for await (const property of scope.list(group, 'data.group')) {
      if (property.int('type') !== stringProperty) continue
      const settings = await scope.follow(property.pointer('ui_data'))
      if (settings?.int('base.rna_subtype') !== filePath) continue
      const path = await pathAt(scope, property, 'data.pointer', ['len', 'totallen'])
      if (path !== undefined) references.push({ type: 'NodesModifier', ...path, expansion: { how: 'file' } })
    }
    return references
  },
}
