import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readJson } from '@backlot/base/node/atomic-file'
import type { BlenderKind } from './detect.ts'

/** What stands in `blender.json` of a Blender that Backlot fetched. Its presence says that the folder is complete. */
export interface InstalledRecord {
  version: string
  kind: BlenderKind
  /** The program, relative to the folder. */
  program: string
  /** Of the program, or of the module's shared library where there is one: what the system must have for it. */
  probe: string
  installedAt: string
}

export interface InstalledBlender extends InstalledRecord {
  folder: string
}

export const recordFile = 'blender.json'

/** Where Backlot keeps the Blenders that it fetched: one folder each. */
export function blendersFolder(cacheFolder: string): string {
  return join(cacheFolder, 'blenders')
}

/** The complete ones; folders of unfinished installations have no record. */
export async function installedBlenders(cacheFolder: string): Promise<InstalledBlender[]> {
  const root = blendersFolder(cacheFolder)
  const names = await readdir(root).catch(() => [])
  const found = names.map(async (name) => {
    const record = (await readJson(join(root, name, recordFile)).catch(() => undefined)) as InstalledRecord | undefined
    return record && { ...record, folder: join(root, name) }
  })
  return (await Promise.all(found)).filter((each) => each !== undefined)
}
