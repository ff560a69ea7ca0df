import { join } from 'node:path'
import { type ChannelKind, channelDescriptors } from './channel.ts'
import type { FoundBlender } from './find.ts'
import { pythonFolder } from './python-folder.ts'

const bootScript = join(pythonFolder, 'boot.py')

export interface Launch {
  command: string
  args: string[]
}

/** The two implementations of starting a Blender; from the first JSON line on they are alike. */
export function launchOf(
  blender: Pick<FoundBlender, 'kind' | 'path'>,
  channel: ChannelKind,
  commandFiles: readonly string[],
): Launch {
  const options = JSON.stringify({ ...channelDescriptors[channel], parent: process.pid, commands: commandFiles })
  if (blender.kind === 'module') return { command: blender.path, args: [bootScript, '--', options] }
  return {
    command: blender.path,
    // -noaudio: a farm machine without a sound card costs 3.4 a second of waiting for it.
    args: ['--background', '--factory-startup', '-noaudio', '--python', bootScript, '--', options],
  }
}
