import type { ReferenceKind } from './reference.ts'
import { pathIn, pathsInFolder } from './stored-path.ts'

const clipCustomFolder = 1 << 1
const stripCustomFile = 1 << 1
const stripCustomFolder = 1 << 2
const sceneProjectFolder = 1

/**
 * Folders of proxies: small versions for viewing, which Blender makes anew and a render does not use. They are listed so
 * that they can be rewritten, and not followed.
 */
const viewingOnly = { expansion: { how: 'nothing' }, optional: true } as const

/** Of a movie clip. Without a folder of its own they lie beside the clip. */
export const clipProxy: ReferenceKind = {
  kind: 'proxy',
  structs: ['MovieClip'],
  find(view) {
    if ((view.int('flag') & clipCustomFolder) === 0) return []
    return [{ type: 'MovieClipProxy', ...pathIn(view, 'proxy.dir'), ...viewingOnly }]
  },
}

/** Of a strip: a folder, or a file in it. */
export const stripProxy: ReferenceKind = {
  kind: 'proxy',
  structs: ['StripProxy'],
  find(view) {
    const storage = view.int('storage')
    if ((storage & (stripCustomFile | stripCustomFolder)) === 0) return []
    const isFile = (storage & stripCustomFile) !== 0
    const path = isFile ? pathsInFolder(view, 'dir', [view], 'file').first : pathIn(view, 'dir')
    return [{ type: 'StripProxy', ...path, ...viewingOnly }]
  },
}

/** Of all strips of a scene. */
export const sceneProxy: ReferenceKind = {
  kind: 'proxy',
  structs: ['Editing'],
  find(view) {
    if (view.int('proxy_storage') !== sceneProjectFolder) return []
    return [{ type: 'SequenceEditor', ...pathIn(view, 'proxy_dir'), ...viewingOnly }]
  },
}
