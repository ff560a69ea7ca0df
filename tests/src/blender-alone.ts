import { join } from 'node:path'
import { blenderEnvironment } from '@backlot/blender/environment'
import type { FoundBlender } from '@backlot/blender/find'

/** A Blender without Backlot: a program of its own for every call, with factory settings. */
export interface BlenderAlone {
  command: string
  args: string[]
  env: NodeJS.ProcessEnv
}

/** Opens a .blend and runs these lines of Python, in the Blender program or in a Python with the bpy module. */
export function blenderAlone(
  blender: FoundBlender,
  file: string,
  lines: readonly string[],
  folder: string,
): BlenderAlone {
  const env = blenderEnvironment({
    platform: process.platform,
    from: process.env,
    userFolder: join(folder, 'blender-user'),
    tempFolder: folder,
  })
  const python = (all: readonly string[]) => all.join('\n')
  if (blender.kind === 'module') {
    const open = `bpy.ops.wm.open_mainfile(filepath=${JSON.stringify(file)})`
    return { command: blender.path, args: ['-c', python(['import bpy', open, ...lines])], env }
  }
  const args = ['--background', '--factory-startup', '-noaudio', file, '--python-exit-code', '1']
  return { command: blender.path, args: [...args, '--python-expr', python(['import bpy', ...lines])], env }
}

/** Lines that render the file's own range (`blender -a`), or one frame (`blender -f`). */
export function rendering(output: string, frame?: number): string[] {
  return [
    'scene = bpy.context.scene',
    `scene.render.filepath = ${JSON.stringify(`${output}/`)} + ${frame === undefined ? "''" : `'%04d' % ${frame}`}`,
    // As Backlot's workers have it: what frames share is kept between them.
    'scene.render.use_persistent_data = True',
    ...(frame === undefined
      ? ['bpy.ops.render.render(animation=True)']
      : [`scene.frame_set(${frame})`, 'bpy.ops.render.render(write_still=True)']),
  ]
}
