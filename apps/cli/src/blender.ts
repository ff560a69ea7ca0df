import { homedir } from 'node:os'
import { formatBytes } from '@backlot/base/format'
import { chooseBlender } from '@backlot/blender/choose'
import { findBlenders, type FindOptions, type FoundBlender } from '@backlot/blender/find'
import { installBlender } from '@backlot/blender/install'
import type { CliContext } from './context.ts'

/** What `demo` fetches where no Blender is installed. */
export const defaultBlender = '5.0'

export function findOptions({ cacheFolder, env }: CliContext): FindOptions {
  return { cacheFolder, env, home: homedir(), platform: process.platform }
}

/** Gets a Blender, saying what it does. Returns the installed one where there is one already. */
export function install(context: CliContext, version: string): Promise<FoundBlender> {
  const { output, signal } = context
  return installBlender({
    ...findOptions(context),
    arch: process.arch,
    version,
    signal,
    say: (line) => output.note(line),
    onProgress({ phase, doneBytes, totalBytes }) {
      const amount =
        doneBytes === undefined
          ? ''
          : ` ${formatBytes(doneBytes)}${totalBytes === undefined ? '' : ` of ${formatBytes(totalBytes)}`}`
      output.status(`Blender ${version}: ${phase}${amount}`)
    },
  })
}

/** The newest Blender of this machine that can open modern files, fetched where there is none. */
export async function ensureBlender(context: CliContext): Promise<FoundBlender> {
  const { blenders, problems } = await findBlenders(findOptions(context))
  for (const { path, reason } of problems) context.output.warn(`${path}: ${reason}`)
  const found = chooseBlender(blenders)
  if (found !== undefined) return found
  context.output.note(
    `No Blender was found: fetching ${defaultBlender} (about 370 MB, once, into ${context.cacheFolder}).`,
  )
  return install(context, defaultBlender)
}
