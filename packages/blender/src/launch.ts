import { fileURLToPath } from 'node:url'
import { type ChannelKind, channelDescriptors } from './channel.ts'
import type { FoundBlender } from './find.ts'

const bootScript = fileURLToPath(new URL('../python/boot.py', import.meta.url))

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
