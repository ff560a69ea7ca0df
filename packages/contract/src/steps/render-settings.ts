import { z } from 'zod'
import { treePath } from '../schemas/common.ts'

export const imageFormats = ['PNG', 'JPEG', 'TIFF', 'WEBP', 'OPEN_EXR', 'OPEN_EXR_MULTILAYER'] as const
export const imageFormat = z.enum(imageFormats)
export type ImageFormat = (typeof imageFormats)[number]
/** Backlot's own names: Blender's identifier of EEVEE changed between 4.1 and 5.0. */
export const renderEngines = ['cycles', 'eevee', 'workbench'] as const
export const renderEngine = z.enum(renderEngines)
export const deviceType = z.enum(['auto', 'cpu', 'gpu'])

/** What a render changes in the scene. What is absent stays as the file says. */
export const renderSettings = z.object({
  /** Path of the main .blend inside the tree, or inside its archive. */
  blendPath: treePath,
  /** Path in the tree of the ZIP archive that holds the project; absent: its files are in the tree themselves. */
  archive: treePath.optional(),
  scene: z.string().min(1).max(258).optional(),
  engine: renderEngine.optional(),
  format: imageFormat.optional(),
  samples: z.int().min(1).max(1_000_000).optional(),
  /** Pixels, and percent of them. */
  width: z.int().min(4).max(65_536).optional(),
  height: z.int().min(4).max(65_536).optional(),
  percentage: z.int().min(1).max(1000).optional(),
  device: deviceType.default('auto'),
  /** One Blender keeps the scene loaded between tasks (F5). */
  warm: z.boolean().default(true),
  /** Outputs upload while the next frame renders (F5). */
  uploadWhileRendering: z.boolean().default(true),
  /** Scripts inside the .blend may run (Blender's auto-execution). Off: the file may come from anyone. */
  allowScripts: z.boolean().default(false),
  /** Missing files were accepted when the job was submitted. */
  ignoreErrors: z.boolean().default(false),
})
