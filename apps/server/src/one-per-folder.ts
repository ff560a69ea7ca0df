import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CodedError, systemCode } from '@backlot/base/errors'
import { sleep } from '@backlot/base/wait'

/**
 * Makes sure that one server runs with a data folder: two would stop each other's database. The lock is a file with
 * the owner's process id, and when that process began, that appears whole (written aside, then linked); one whose owner is gone is taken over.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'server.lock')
  const own = `${path}.${process.pid}`
  const release = () => rm(path, { force: true })
  await writeFile(own, [process.pid, await beginOf(process.pid)].join(' ').trim())
  try {
    for (let attempt = 0; attempt < 100; attempt++) {
      if (await linked(own, path)) return release
      const found = await readFile(path, 'utf8').catch(() => '')
      const [id = '', begin = ''] = found.split(' ')
      const holder = Number(id)
      if (holder !== process.pid && (await isServer(holder, begin))) {
        throw new CodedError('host.already_running', `A server (process ${holder}) already runs with ${folder}.`, {
          details: { pid: holder, dataFolder: folder },
        })
      }
      if (await takeOver(own, path, found)) return release
      await sleep(20)
    }
    throw new CodedError('host.already_running', `Several servers start with ${folder} at the same time.`)
  } finally {
    await rm(own, { force: true })
  }
}

/** A takeover lasts milliseconds: one that is older was left by a process that died within it. Milliseconds. */
const takeoverLimit = 10_000

/**
 * Puts our lock in the place of one whose owner is gone. Only one process at a time may, and only while the lock is
 * still the one that was found: else two that found the same one would each remove it, the second the lock of the first.
 */
async function takeOver(own: string, path: string, found: string): Promise<boolean> {
  const guard = `${path}.takeover`
  if (!(await linked(own, guard))) {
    const since = await stat(guard).then(({ mtimeMs }) => mtimeMs, Date.now)
    if (Date.now() - since > takeoverLimit) await rm(guard, { force: true })
    return false
  }
  if ((await readFile(path, 'utf8').catch(() => undefined)) === found) {
    await rename(guard, path)
    return true
  }
  await rm(guard, { force: true })
  return false
}

/** Gives a file a second name; false when that name is taken. */
async function linked(file: string, name: string): Promise<boolean> {
  try {
    await link(file, name)
    return true
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error
    return false
  }
}

/**
 * Process ids are used again, soon in a container: a worker with `--server …` in its command line must not keep the
 * server from its folder. So where the system tells, the moment decides at which the process began.
 */
async function isServer(pid: number, begin: string): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    return systemCode(error) === 'EPERM'
  }
  if (process.platform !== 'linux') return true
  if (begin !== '') return begin === (await beginOf(pid))
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  return command.includes('server')
}

/** When a process began, in clock ticks after the machine did; empty where nobody tells. Field 22 of proc_pid_stat(5). */
async function beginOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // The second field is the program's name in parentheses, with any spaces.
  return (
    text
      .slice(text.lastIndexOf(')') + 1)
      .trim()
      .split(' ')[19] ?? ''
  )
}
