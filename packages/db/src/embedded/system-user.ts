import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { CodedError } from '@backlot/base/errors'

const run = promisify(execFile)

/** PostgreSQL refuses to run as root. A server that root starts runs its database as this system user. */
export const systemUserName = 'backlot-pg'

export interface SystemUser {
  uid: number
  gid: number
}

/** The user that PostgreSQL runs as, made when it is missing. Undefined: not root, so PostgreSQL runs as ourselves. */
export async function systemUser(note: (line: string) => void): Promise<SystemUser | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const existing = await lookUp()
  if (existing) return existing
  note(`PostgreSQL does not run as root: creating the system user ${systemUserName} for it`)
  const failures: unknown[] = []
  for (const [command, ...args] of creators) {
    try {
      await run(command, args)
      const created = await lookUp()
      if (created) return created
    } catch (error) {
      failures.push(error)
    }
  }
  throw new CodedError('database.no_system_user', `The system user ${systemUserName} could not be created.`, {
    cause: new AggregateError(failures),
  })
}

const creators: [string, ...string[]][] = [
  [
    'useradd',
    '--system',
    '--user-group',
    '--no-create-home',
    '--home-dir',
    '/nonexistent',
    '--shell',
    '/usr/sbin/nologin',
    systemUserName,
  ],
  ['adduser', '--system', '--group', '--no-create-home', systemUserName],
  ['adduser', '-S', '-D', '-H', systemUserName], // BusyBox
]

async function lookUp(): Promise<SystemUser | undefined> {
  try {
    const [uid, gid] = await Promise.all(['-u', '-g'].map((option) => run('id', [option, systemUserName])))
    return { uid: Number(uid?.stdout), gid: Number(gid?.stdout) }
  } catch {
    return undefined
  }
}

/** Whether a user may pass through every folder above `path`, and `path` itself when it is a folder. */
export async function canReach(path: string, { uid, gid }: SystemUser): Promise<boolean> {
  for (let folder = path; ; folder = dirname(folder)) {
    const { mode, uid: owner, gid: group } = await stat(folder)
    const needed = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001
    if ((mode & needed) === 0) return false
    if (folder === dirname(folder)) return true
  }
}
