import { readdir, readFile, readlink, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, sep } from 'node:path'
import { isPostgres, readPostmaster } from './postmaster.ts'

/** In the folder of a cluster that lives apart from its data folder: the path of that one. */
export const ownerFile = 'BELONGS_TO'
/** A younger one may just be on its way. Milliseconds. */
const grace = 600_000

/**
 * Removes clusters that live apart from their data folder when that folder is gone and was a temporary one. Others
 * are only named: the folder may be on a disk that is not mounted, and a database is not ours to throw away.
 */
export async function removeAbandoned(
  clusters: string,
  note: (line: string) => void,
  { temporary = tmpdir(), now = Date.now() } = {},
): Promise<void> {
  for (const name of await readdir(clusters)) {
    const folder = join(clusters, name)
    const owner = (await readFile(join(folder, ownerFile), 'utf8').catch(() => '')).trim()
    if (owner === '' || now - (await stat(join(folder, ownerFile))).mtimeMs < grace) continue
    const linked = await readlink(join(owner, 'postgres')).catch(() => undefined)
    if (linked === join(folder, 'postgres')) continue
    if (!owner.startsWith(temporary + sep)) {
      note(`${folder} holds a database whose data folder ${owner} is gone: delete it when it is not needed`)
      continue
    }
    const running = await readPostmaster(join(folder, 'postgres'))
    if (running && (await isPostgres(running.pid))) process.kill(running.pid, 'SIGQUIT')
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
}
