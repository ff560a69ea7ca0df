import { install } from '../blender.ts'
import type { CliContext } from '../context.ts'

export async function run(context: CliContext, _options: object, [version]: [string]): Promise<void> {
  const blender = await install(context, version)
  context.output.answer({ installed: blender }, `Blender ${blender.version} is at ${blender.path}.`)
}
