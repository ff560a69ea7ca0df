import { homedir } from 'node:os'
import { formatBytes } from '@backlot/base/format'
import { chooseBlender } from '@backlot/blender/choose'
import { findBlenders, type FindOptions, type FoundBlender } from '@backlot/blender/find'
import { installBlender } from '@backlot/blender/install'
import { ProgressMeter } from '@backlot/transfer/progress'
import type { CliContext } from './context.ts'
import { formatProgress } from './output.ts'

export function findOptions({ cacheFolder, env }: CliContext): FindOptions {
  return { cacheFolder, env, home: homedir(), platform: process.platform }
}

/**
 * Gets a Blender, saying what it does. Returns the installed one where there is one already. Without a version: the newest
 * that can be had, and failing that the distribution's own.
 */
export function install(context: CliContext, version?: string): Promise<FoundBlender> {
  const { output, signal } = context
  const label = `Blender ${version ?? ''}`.trim()
  let phaseNow: string | undefined
  let meter: ProgressMeter | undefined
  return installBlender({
    ...findOptions(context),
    arch: process.arch,
    version,
    signal,
    say: (line) => output.note(line),
    onProgress({ phase, doneBytes, totalBytes }) {
      if (phase !== phaseNow) meter = undefined
      phaseNow = phase
      if (doneBytes === undefined) return output.status(`${label}: ${phase} …`)
      if (totalBytes === undefined) return output.status(`${label}: ${phase}, ${formatBytes(doneBytes)}`)
      meter ??= new ProgressMeter('receive', { files: 1, bytes: totalBytes })
      meter.add(doneBytes - meter.bytes)
      output.status(`${label}: ${phase}, ${formatProgress(meter.read())}`)
    },
  })
}

/** The newest Blender of this machine that can open modern files, fetched where there is none. */
export async function ensureBlender(context: CliContext): Promise<FoundBlender> {
  const { blenders, problems } = await findBlenders(findOptions(context))
  for (const { path, reason } of problems) context.output.warn(`${path}: ${reason}`)
  const found = chooseBlender(blenders)
  if (found !== undefined) return found
  context.output.note(`No Blender was found: fetching one (about 370 MB, once, into ${context.cacheFolder}).`)
  return install(context)
}
