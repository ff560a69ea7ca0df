import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { systemCode } from '@backlot/base/errors'

/** What a running server writes into `postmaster.pid`. */
export interface Postmaster {
  pid: number
  port: number
  /** Folder of the Unix socket, if it listens on one. */
  socketFolder: string | undefined
  ready: boolean
}

/** Reads `postmaster.pid` (lines: pid, data folder, start time, port, socket folder, address, shared memory, status). */
export async function readPostmaster(cluster: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return ''
    throw error
  })
  const lines = text.split('\n').map((line) => line.trim())
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid <= 1) return undefined
  return { pid, port: Number(lines[3]), socketFolder: lines[4] || undefined, ready: lines[7] === 'ready' }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return systemCode(error) === 'EPERM'
  }
}

/**
 * Whether the process with this id is a PostgreSQL. After the machine restarted, the id of a stale `postmaster.pid` may
 * belong to anything, and PostgreSQL would refuse to start beside it. When the system does not tell (no /proc, no ps),
 * it counts as one: a second server on the same files would destroy them.
 */
export async function isPostgres(pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false
  if (process.platform === 'win32') return true
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => commandOf(pid))
  return command === undefined || (command.split('\0')[0]?.includes('postgres') ?? false)
}

async function commandOf(pid: number): Promise<string | undefined> {
  const asked = promisify(execFile)('ps', ['-p', String(pid), '-o', 'command='])
  return asked.then(
    ({ stdout }) => stdout,
    () => undefined,
  )
}
