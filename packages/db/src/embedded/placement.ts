import { randomUUID } from 'node:crypto'
import { chmod, chown, lstat, readlink, realpath, stat, symlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { makeFolder } from '@backlot/base/node/make-folder'
import { systemCode } from '@backlot/base/errors'
import { ownerFile, removeAbandoned } from './abandoned.ts'
import { type Binaries, copyBinaries, linkLibraries } from './binaries.ts'
import { canReach, type SystemUser, systemUserName } from './system-user.ts'

/** Where things go that PostgreSQL's own user can't reach in their usual place. */
const sharedFolder = '/var/lib/backlot'

/** A place for the cluster: `folder` exists, PostgreSQL's user can reach it; the cluster is `folder/postgres`. */
export interface Placement {
  folder: string
  binaries: Binaries
}

/**
 * Decides where the cluster and the binaries are. Normally that is the data folder and the npm package; when root runs
 * Backlot and PostgreSQL's user can't get there (/root is closed), both live below /var/lib/backlot, and
 * `<data>/postgres` is a link to the cluster.
 */
export async function place(
  dataFolder: string,
  binaries: Binaries,
  user: SystemUser | undefined,
  note: (line: string) => void,
): Promise<Placement> {
  await makeFolder(dataFolder)
  if (user === undefined) {
    const linked = await linkLibraries(binaries.root)
    return { folder: dataFolder, binaries: linked ? binaries : await copyBinaries(binaries, dataFolder) }
  }
  return { folder: await placeData(dataFolder, user, note), binaries: await placeBinaries(binaries, user, note) }
}

async function placeBinaries(binaries: Binaries, user: SystemUser, note: (line: string) => void): Promise<Binaries> {
  const linked = await linkLibraries(binaries.root)
  if (linked && (await canReach(await realpath(binaries.root), user))) return binaries
  note(`${systemUserName} can't reach ${binaries.root}: PostgreSQL's programs are copied to ${sharedFolder}`)
  await makeReachable(sharedFolder)
  return copyBinaries(binaries, sharedFolder)
}

async function placeData(dataFolder: string, user: SystemUser, note: (line: string) => void): Promise<string> {
  const link = join(dataFolder, 'postgres')
  const existing = await lstat(link).catch(ignoreMissing)
  if (existing?.isSymbolicLink()) return dirname(await readlink(link))
  const folder = await realpath(dataFolder)
  await openFor(user, folder)
  if (existing !== undefined || (await canReach(folder, user))) return folder

  // A name of its own each time: a data folder that was deleted and made again must not find its old database.
  const clusters = join(sharedFolder, 'clusters')
  await makeReachable(sharedFolder)
  await makeReachable(clusters)
  await removeAbandoned(clusters, note)
  const own = join(clusters, `${basename(folder)}-${randomUUID().slice(0, 8)}`)
  note(`${systemUserName} can't reach ${folder}: the database is in ${own}, and ${link} links to it`)
  await makeReachable(own)
  await writeFile(join(own, ownerFile), `${folder}\n`)
  await symlink(join(own, 'postgres'), link)
  return own
}

/** A folder that everybody may pass through, whatever root's umask is. */
async function makeReachable(folder: string): Promise<void> {
  await makeFolder(folder)
  const { mode } = await stat(folder)
  if ((mode & 0o011) === 0) await chmod(folder, 0o755)
}

/** Lets the user's group pass through the data folder itself, and nobody else: it may be 0700 (mkdtemp). */
async function openFor({ uid, gid }: SystemUser, folder: string): Promise<void> {
  const { mode, uid: owner } = await stat(folder)
  if (owner === uid || (mode & 0o001) !== 0) return
  await chown(folder, owner, gid)
  await chmod(folder, (mode & 0o700) | 0o010)
}

function ignoreMissing(error: unknown): undefined {
  if (systemCode(error) !== 'ENOENT') throw error
}
