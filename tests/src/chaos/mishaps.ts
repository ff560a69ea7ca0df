import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Installation } from '../installation.ts'
import { findProcess } from '../processes.ts'
import type { ChaosWorker } from './chaos-worker.ts'
import type { Mishap, MishapKind } from './plan.ts'

const server = /apps\/server\/src\/main/
const worker = /apps\/worker\/src\/main/
const blender = /boot\.py/

/** Lets a process stand still. One that was killed meanwhile needs no waking. */
async function freeze(pid: number, seconds: number): Promise<void> {
  process.kill(pid, 'SIGSTOP')
  await wait(seconds * 1000)
  try {
    process.kill(pid, 'SIGCONT')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

async function cut({ proxy }: ChaosWorker, how: 'reset' | 'silent', seconds: number): Promise<void> {
  proxy.cut(how)
  await wait(seconds * 1000)
  proxy.heal()
}

type Does = (site: Installation, hit: ChaosWorker, mishap: Mishap) => Promise<void>

const below = (hit: ChaosWorker, pattern: RegExp) => findProcess(hit.command()?.pid ?? -1, pattern)
const serverOf = (site: Installation) => findProcess(site.up().pid, server)

const doing: Record<MishapKind, Does> = {
  kill_blender: async (_, hit) => void process.kill((await below(hit, blender)).pid, 'SIGKILL'),
  kill_worker: (_, hit) => hit.killAndRestart(),
  kill_server: async (site) => void process.kill((await serverOf(site)).pid, 'SIGKILL'),
  kill_database: async (site) => {
    const [pid] = (await readFile(join(site.folder, 'data/postgres/postmaster.pid'), 'utf8')).split('\n')
    process.kill(Number(pid), 'SIGKILL')
  },
  stop_blender: async (_, hit, { seconds }) => freeze((await below(hit, blender)).pid, seconds),
  stop_worker: async (_, hit, { seconds }) => freeze((await below(hit, worker)).pid, seconds),
  stop_server: async (site, _, { seconds }) => freeze((await serverOf(site)).pid, seconds),
  cut_reset: (_, hit, { seconds }) => cut(hit, 'reset', seconds),
  cut_silent: (_, hit, { seconds }) => cut(hit, 'silent', seconds),
  disk_full: async (_, hit, { seconds }) => {
    if (hit.fillDisk === undefined) throw new Error("a small disk can't be mounted here")
    await hit.fillDisk()
    await wait(seconds * 1000)
    await hit.emptyDisk()
  },
}

/** Does it and waits for its end. Throws where there was nothing to hit, such as a Blender that is not there just now. */
export function happen(site: Installation, workers: readonly ChaosWorker[], mishap: Mishap): Promise<void> {
  return doing[mishap.kind](site, workers[mishap.worker] as ChaosWorker, mishap)
}
