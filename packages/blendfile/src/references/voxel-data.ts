import type { ReferenceKind } from './reference.ts'
import { pathIn } from './stored-path.ts'

/** `file_format`s that read a file: Blender voxels, raw 8 bit. Others take an image or a smoke domain. */
const fromFile = new Set([0, 1])

/** Voxel textures of the renderer before 2.8. */
export const voxelData: ReferenceKind = {
  kind: 'voxel_data',
  structs: ['VoxelData'],
  find(view) {
    if (!fromFile.has(view.int('file_format'))) return []
    return [{ type: 'VoxelDataTexture', ...pathIn(view, 'source_path'), expansion: { how: 'file' } }]
  },
}
