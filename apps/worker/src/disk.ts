import { statfs } from 'node:fs/promises'
import { CodedError } from '@backlot/base/errors'

/** Free space that a worker leaves alone: 512 MiB, of a small disk 2 %. */
const reserveBytes = 512 * 1024 ** 2
const reserveShare = 0.02

export interface Space {
  free: number
  reserve: number
}

/** Free and reserved bytes of the disk that holds `folder`. */
export async function spaceOf(folder: string): Promise<Space> {
  const { bavail, blocks, bsize } = await statfs(folder)
  return { free: bavail * bsize, reserve: Math.min(reserveBytes, blocks * bsize * reserveShare) }
}

export async function isNearlyFull(folder: string): Promise<boolean> {
  const { free, reserve } = await spaceOf(folder)
  return free <= reserve
}

/** Makes sure that work can begin: where the disk is nearly full the cache goes first. Throws `render.disk_full`. */
export async function needSpace(folder: string, emptyCache: () => Promise<void>): Promise<void> {
  if (!(await isNearlyFull(folder))) return
  await emptyCache()
  const { free, reserve } = await spaceOf(folder)
  if (free > reserve) return
  throw new CodedError('render.disk_full', `The worker's disk has ${Math.round(free / 1024 ** 2)} MiB left.`, {
    details: { folder, freeBytes: free },
  })
}
