import { mkdir, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { mountSmallDisk } from '../../../apps/worker/src/testing/worker-process.ts'
import { type RunningCommand, startBacklot } from '../command.ts'
import type { Installation } from '../installation.ts'
import { findProcess } from '../processes.ts'
import { until } from '../until.ts'
import { type CuttingProxy, startCuttingProxy } from './cutting-proxy.ts'

export interface ChaosWorker {
  proxy: CuttingProxy
  /** Of `backlot worker`; undefined while it is started again. */
  command: () => RunningCommand | undefined
  /** Kills it, and starts it again as a supervisor of services would. */
  killAndRestart: () => Promise<void>
  /** Takes the room on its disk, where it has one of its own. */
  fillDisk: (() => Promise<void>) | undefined
  emptyDisk: () => Promise<void>
  /** Drains it. Its exit code. */
  stop: () => Promise<number | null>
  remove: () => Promise<void>
}

/** A worker behind a network that can be cut, on a small disk that can be filled where this machine lets us mount one. */
export async function startChaosWorker(site: Installation, token: string, name: string): Promise<ChaosWorker> {
  const folder = join(site.folder, name)
  await mkdir(folder, { recursive: true })
  const disk = await mountSmallDisk(folder, '128m')
  const proxy = await startCuttingProxy({ host: '127.0.0.1', port: Number(new URL(site.url).port) })
  const env = { BACKLOT_DATA: folder, BACKLOT_CONFIG: join(site.folder, 'config'), BACKLOT_WORKER_TOKEN: token }
  const start = () => startBacklot(['worker', '--server', `http://127.0.0.1:${proxy.port}`, '--name', name], { env })
  const filler = join(folder, 'filler')
  const emptyDisk = () => rm(filler, { force: true })
  let command: RunningCommand | undefined = await start()
  return {
    proxy,
    command: () => command,
    async killAndRestart() {
      const killed = command
      if (killed === undefined) return
      command = undefined
      process.kill((await findProcess(killed.pid, /apps\/worker\/src\/main/)).pid, 'SIGKILL')
      await killed.end()
      // The server, the network or the disk may be away right now.
      command = await until(`${name} to start again`, () => start().catch(() => undefined), 180)
    },
    fillDisk:
      typeof disk === 'string'
        ? undefined
        : async () => {
            const { bavail, bsize } = await statfs(folder)
            await writeFile(filler, Buffer.alloc(Math.max(0, bavail * bsize - 300_000)))
          },
    emptyDisk,
    stop: async () => (await command?.end()) ?? null,
    async remove() {
      await command?.end('SIGTERM')
      await proxy[Symbol.asyncDispose]()
      if (typeof disk !== 'string') await disk.unmount()
    },
  }
}
