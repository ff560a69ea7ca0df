import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CodedError, systemCode } from '@backlot/base/errors'

/**
 * Makes sure that one server runs with a data folder: two would stop each other's database. The lock is a file with
 * the owner's process id that appears whole (written aside, then linked); one whose owner is gone is taken over.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'server.lock')
  const own = `${path}.${process.pid}`
  await writeFile(own, String(process.pid))
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        await link(own, path)
        return () => rm(path, { force: true })
      } catch (error) {
        if (systemCode(error) !== 'EEXIST') throw error
        const holder = Number(await readFile(path, 'utf8').catch(() => ''))
        if (holder !== process.pid && (await isServer(holder))) {
          throw new CodedError('host.already_running', `A server (process ${holder}) already runs with ${folder}.`, {
            details: { pid: holder, dataFolder: folder },
          })
        }
        await rm(path, { force: true })
      }
    }
    throw new CodedError('host.already_running', `Several servers start with ${folder} at the same time.`)
  } finally {
    await rm(own, { force: true })
  }
}

/** Process ids are used again, so where the system tells, the command line decides. */
async function isServer(pid: number): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    return systemCode(error) === 'EPERM'
  }
  if (process.platform !== 'linux') return true
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  return command.includes('server')
}
