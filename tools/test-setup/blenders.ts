import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const cli = fileURLToPath(new URL('../../apps/cli/src/main.ts', import.meta.url))

/** The Blenders that tests drive: the newest, and the two long-term ones whose Python API differs. */
const versions = ['5.0', '4.5', '4.2']

/** Gets the Blenders that are missing, by the command that a person would use; it says itself what it fetches. */
export function prepareBlenders(say: (line: string) => void): void {
  for (const version of versions) {
    const { status } = spawnSync(process.execPath, [cli, 'blender', 'install', version], { stdio: ['ignore', 2, 2] })
    if (status !== 0) say(`Blender ${version} could not be had; what needs it can't be tested.`)
  }
}
