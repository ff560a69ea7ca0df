import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

const prefix = 'rewritten-'
/** What is older was left by a process that was killed: no submission hashes for a day. Milliseconds. */
const abandonedAfter = 86_400_000

export interface CopiesFolder extends AsyncDisposable {
  path: string
}

/** A folder for rewritten copies, which is removed at the end; what killed submissions left is removed now. */
export async function openCopiesFolder(parent: string, now = Date.now()): Promise<CopiesFolder> {
  await mkdir(parent, { recursive: true })
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix)) continue
    const path = join(parent, name)
    const found = await stat(path).catch(() => undefined)
    if (found !== undefined && now - found.mtimeMs > abandonedAfter) await rm(path, { recursive: true, force: true })
  }
  const path = await mkdtemp(join(parent, prefix))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}
