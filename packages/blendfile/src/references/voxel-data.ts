import { BlendPath } from '../path/blend-path.ts'
import type { ReferenceKind } from './reference.ts'

/** `file_format`s that read a file: Blender voxels, raw 8 bit. Others take an image or a smoke domain. */
const fromFile = new Set([0, 1])

/** Voxel textures of the renderer before 2.8. */
export const voxelData: ReferenceKind = {
  kind: 'voxel_data',
  structs: ['VoxelData'],
  find(view) {
    if (!fromFile.has(view.int('file_format'))) return []
    const stored = new BlendPath(view.chars('source_path'))
    return [{ type: 'VoxelDataTexture', field: 'VoxelData.source_path', stored, expansion: { how: 'file' } }]
  },
}
