import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chown, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { CodedError } from '@backlot/base/errors'
import { type Binaries, program } from './binaries.ts'
import type { Placement } from './placement.ts'
import type { SystemUser } from './system-user.ts'

/** Name of the superuser of an embedded cluster. */
export const superuser = 'postgres'

/** Makes `<folder>/postgres` with initdb unless it exists. It appears under its name only when it is complete. */
export async function ensureCluster(
  { folder, binaries }: Placement,
  password: string,
  user: SystemUser | undefined,
  durable: boolean,
): Promise<{ cluster: string; created: boolean }> {
  const cluster = join(folder, 'postgres')
  if (existsSync(join(cluster, 'PG_VERSION'))) return { cluster, created: false }

  const nursery = join(folder, 'postgres.new')
  await rm(nursery, { recursive: true, force: true }) // of a start that was cut off
  await mkdir(nursery, { mode: 0o700 })
  const passwordFile = join(nursery, 'password')
  await writeFile(passwordFile, password, { mode: 0o600 })
  if (user) for (const path of [nursery, passwordFile]) await chown(path, user.uid, user.gid)

  // The collation comes with PostgreSQL: a bare machine has no locales, and an upgrade of the system's or of ICU
  // would silently break indexes on text.
  const args = [
    `--pgdata=${join(nursery, 'data')}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
    ...(durable ? [] : ['--no-sync']),
  ]
  try {
    await promisify(execFile)(program(binaries, 'initdb'), args, {
      ...user,
      cwd: folder,
      env: programEnvironment(binaries),
    })
  } catch (cause) {
    await rm(nursery, { recursive: true, force: true })
    const { stderr } = cause as { stderr?: string }
    if (/No space left|Check free disk space/.test(stderr ?? ''))
      throw new CodedError('host.disk_full', `The disk of ${folder} is too full for a database (about 50 MB).`, {
        cause,
        details: { path: folder },
      })
    throw new CodedError('database.start_failed', 'The database folder could not be made.', {
      cause,
      details: { folder, output: (stderr ?? '').trim() },
    })
  }
  await rename(join(nursery, 'data'), cluster)
  await rm(nursery, { recursive: true, force: true })
  return { cluster, created: true }
}

/**
 * Nothing of the person's surroundings (PGDATA, PGPORT, a locale that does not exist) reaches PostgreSQL. The path of its
 * libraries is in the programs, but the loader needs /proc to read it, and a bare root may have none.
 */
export function programEnvironment({ root }: Binaries): NodeJS.ProcessEnv {
  const own = { LC_ALL: 'C', TZ: 'UTC' }
  if (process.platform === 'win32') return own // Node adds what every program there needs
  return { ...own, PATH: '/usr/bin:/bin', LD_LIBRARY_PATH: join(root, 'lib') }
}
