import { removeBlender } from '@backlot/blender/remove'
import type { CliContext } from '../context.ts'

export async function run(context: CliContext, _options: object, [version]: [string]): Promise<void> {
  const removed = await removeBlender(version, context.cacheFolder)
  context.output.answer({ removed }, `Removed Blender ${removed.map((one) => one.version).join(', ')}.`)
}
