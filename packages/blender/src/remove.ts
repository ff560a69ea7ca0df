import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { CodedError } from '@backlot/base/errors'
import { withFileLock } from '@backlot/base/node/file-lock'
import { blendersFolder, installedBlenders, type InstalledBlender } from './installed.ts'
import { seriesOf } from './version.ts'

/** Removes what Backlot fetched of a version ('5.0.1') or a series ('4.5'); a person's own Blenders are never touched. */
export async function removeBlender(version: string, cacheFolder: string): Promise<InstalledBlender[]> {
  const root = blendersFolder(cacheFolder)
  return withFileLock(join(root, 'install.lock'), async () => {
    const installed = await installedBlenders(cacheFolder)
    const wanted = installed.filter((each) => each.version === version || seriesOf(each.version) === version)
    if (wanted.length === 0) {
      const message = `Backlot has not installed a Blender ${version} that it could remove.`
      throw new CodedError('blender.not_installed', message, {
        details: { installed: installed.map((each) => each.version) },
      })
    }
    for (const { folder, version: exact, kind } of wanted) {
      // Out of sight first: nobody may find a half-deleted one.
      const leaving = join(root, `.removing-${exact}-${kind}-${Date.now()}`)
      await rename(folder, leaving)
      await rm(leaving, { recursive: true, force: true })
    }
    return wanted
  })
}
