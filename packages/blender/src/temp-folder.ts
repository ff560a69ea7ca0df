import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const prefix = 'backlot-blender-'
/** A process killed with -9 leaves its folder. Only old ones are swept: process ids say nothing across containers. */
const abandonedMs = 24 * 3600 * 1000

let swept = false

/**
 * A temporary folder for one Blender, inside `root` where there is one, which is its owner's to tidy up. Else in the
 * system's: there the first call of a process removes what others have left behind.
 */
export async function makeTempFolder(root?: string): Promise<string> {
  if (root !== undefined) {
    await mkdir(root, { recursive: true })
    return mkdtemp(join(root, prefix))
  }
  if (!swept) await sweep(Date.now() - abandonedMs)
  swept = true
  return mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`))
}

async function sweep(olderThan: number): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const owner = name.startsWith(prefix) ? Number(name.slice(prefix.length).split('-')[0]) : Number.NaN
    if (!(owner > 0) || lives(owner)) continue
    const folder = join(tmpdir(), name)
    const status = await stat(folder).catch(() => undefined)
    // Somebody else's, or gone meanwhile: not ours to worry about.
    if (status && status.mtimeMs < olderThan) await rm(folder, { recursive: true, force: true }).catch(() => undefined)
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
