import { resolve } from 'node:path'
import { inspectFile } from '@backlot/blendfile/node/inspect-file'
import { checkIsFile } from '@backlot/submission/saved-file'
import type { CliContext } from '../context.ts'
import { naming } from '../naming.ts'
import { table } from '../output.ts'

export async function run(context: CliContext, _options: object, [file]: [string]): Promise<void> {
  const path = resolve(file)
  await checkIsFile(path)
  const found = await inspectFile(path, context.signal).catch((error: unknown) => {
    throw naming(path, error)
  })
  const scenes = found.scenes.map((scene) => [
    `  ${scene.name}`,
    `frames ${scene.frameStart}-${scene.frameEnd}${scene.frameStep === 1 ? '' : `x${scene.frameStep}`} at ${scene.fps} fps`,
    `${scene.width}×${scene.height}${scene.percentage === 100 ? '' : ` at ${scene.percentage} %`}`,
    scene.engine,
    scene.camera === null ? 'no camera' : scene.camera,
  ])
  const counts = Object.entries(found.counts).map(([type, count]) => `${count} ${type}`)
  const text = [
    `${found.file}`,
    `Blender ${found.blenderVersion}, ${found.compression === 'none' ? 'not compressed' : found.compression}, ${found.pointerSize * 8} bit, ${found.endian} endian`,
    'Scenes',
    table(scenes),
    `Data-blocks: ${counts.join(', ')}`,
  ]
  context.output.answer(found, text.join('\n'))
}
