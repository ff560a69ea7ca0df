import { join } from 'node:path'
import { type ChannelKind, channelDescriptors } from './channel.ts'
import type { FoundBlender } from './find.ts'
import type { Launcher } from './no-network.ts'
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
  launcher?: Launcher,
): Launch {
  const options = JSON.stringify({ ...channelDescriptors[channel], parent: process.pid, commands: commandFiles })
  const args =
    blender.kind === 'module'
      ? [bootScript, '--', options]
      : // -noaudio: a farm machine without a sound card costs 3.4 a second of waiting for it.
        ['--background', '--factory-startup', '-noaudio', '--python', bootScript, '--', options]
  if (launcher === undefined) return { command: blender.path, args }
  const [command, ...before] = launcher
  return { command, args: [...before, blender.path, ...args] }
}
