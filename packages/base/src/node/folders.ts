import { homedir, platform } from 'node:os'
import { join } from 'node:path'

interface Surroundings {
  platform: NodeJS.Platform
  home: string
  env: Readonly<Record<string, string | undefined>>
  isRoot: boolean
}

/** What decides where folders are. Apps call this once; everything below gets the folders passed in. */
export function surroundings(env: Surroundings['env']): Surroundings {
  return { platform: platform(), home: homedir(), env, isRoot: process.getuid?.() === 0 }
}

/** Where an installation keeps its state unless told otherwise: `BACKLOT_DATA`, else the platform's usual place. */
export function dataFolder(around: Surroundings): string {
  const { env, home } = around
  if (env.BACKLOT_DATA) return env.BACKLOT_DATA
  if (around.platform === 'win32') return join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'Backlot', 'data')
  if (around.platform === 'darwin') return join(home, 'Library', 'Application Support', 'Backlot')
  // A server that root runs is the machine's, not the person's; and PostgreSQL's own user can't look into /root.
  if (around.isRoot) return '/var/lib/backlot'
  return join(env.XDG_DATA_HOME ?? join(home, '.local', 'share'), 'backlot')
}

/** What can be fetched again: runtimes, Blenders, caches. The same rule as in the launcher. */
export function cacheFolder(around: Surroundings): string {
  const { env, home } = around
  if (env.BACKLOT_CACHE) return env.BACKLOT_CACHE
  if (around.platform === 'win32') return join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'Backlot', 'cache')
  if (around.platform === 'darwin') return join(home, 'Library', 'Caches', 'backlot')
  return join(env.XDG_CACHE_HOME ?? join(home, '.cache'), 'backlot')
}

/** Where a person's sign-in and preferences are. */
export function configFolder(around: Surroundings): string {
  const { env, home } = around
  if (env.BACKLOT_CONFIG) return env.BACKLOT_CONFIG
  if (around.platform === 'win32') return join(env.APPDATA ?? join(home, 'AppData', 'Roaming'), 'Backlot')
  if (around.platform === 'darwin') return join(home, 'Library', 'Application Support', 'Backlot')
  return join(env.XDG_CONFIG_HOME ?? join(home, '.config'), 'backlot')
}
