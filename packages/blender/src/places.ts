import { readdir } from 'node:fs/promises'
import { posix, win32 } from 'node:path'

/** What decides where Blenders are looked for. `Surroundings` of `@backlot/base/node/folders` fits. */
export interface Machine {
  platform: NodeJS.Platform
  home: string
  env: Readonly<Record<string, string | undefined>>
}

/** The Blender program inside an unpacked archive. */
export function executableIn(folder: string, platform: NodeJS.Platform): string {
  if (platform === 'win32') return win32.join(folder, 'blender.exe')
  if (platform === 'darwin') return posix.join(folder, 'Contents', 'MacOS', 'Blender')
  return posix.join(folder, 'blender')
}

/** The Python inside a virtual environment. */
export function pythonIn(folder: string, platform: NodeJS.Platform): string {
  return platform === 'win32' ? win32.join(folder, 'Scripts', 'python.exe') : posix.join(folder, 'bin', 'python')
}

/** Files that would be a Blender if they exist: PATH first, then where people and packages put them on this platform. */
export async function usualPlaces(machine: Machine): Promise<{ path: string; source: 'path' | 'usual-place' }[]> {
  const { platform, env } = machine
  const [join, separator] = platform === 'win32' ? [win32.join, ';'] : [posix.join, ':']
  const name = platform === 'win32' ? 'blender.exe' : 'blender'
  const onPath = (env.PATH ?? env.Path ?? '').split(separator).filter(Boolean)
  const found = onPath.map((folder) => ({ path: join(folder, name), source: 'path' as const }))
  const elsewhere = platform === 'win32' ? onWindows : platform === 'darwin' ? onMac : onLinux
  return [...found, ...(await elsewhere(machine)).map((path) => ({ path, source: 'usual-place' as const }))]
}

async function onLinux({ home }: Machine): Promise<string[]> {
  const join = posix.join
  const roots = [
    '/opt',
    '/usr/local',
    home,
    join(home, 'Applications'),
    join(home, 'Downloads'),
    join(home, '.local/opt'),
  ]
  const folders = (await Promise.all(roots.map((root) => entries(root, /^blender/i, join)))).flat()
  // ~/blender/blender-4.5.0-linux-x64: several versions in one folder of that name.
  const nested = (await Promise.all(folders.map((folder) => entries(folder, /^blender-\d/i, join)))).flat()
  return [
    '/usr/bin/blender',
    '/usr/local/bin/blender',
    '/snap/bin/blender',
    '/var/lib/flatpak/exports/bin/org.blender.Blender',
    join(home, '.local/share/flatpak/exports/bin/org.blender.Blender'),
    join(home, '.steam/steam/steamapps/common/Blender/blender'),
    ...[...folders, ...nested].map((folder) => executableIn(folder, 'linux')),
  ]
}

async function onMac({ home }: Machine): Promise<string[]> {
  const roots = ['/Applications', posix.join(home, 'Applications')]
  const apps = (await Promise.all(roots.map((root) => entries(root, /^blender.*\.app$/i, posix.join)))).flat()
  return apps.map((app) => executableIn(app, 'darwin'))
}

async function onWindows({ env }: Machine): Promise<string[]> {
  const programs = [
    env.ProgramFiles,
    env['ProgramFiles(x86)'],
    env.LOCALAPPDATA && win32.join(env.LOCALAPPDATA, 'Programs'),
  ]
  const roots = programs.filter((folder) => folder !== undefined && folder !== '') as string[]
  const foundation = roots.map((root) => win32.join(root, 'Blender Foundation'))
  const folders = (await Promise.all(foundation.map((root) => entries(root, /^blender/i, win32.join)))).flat()
  const steam = roots.map((root) => win32.join(root, 'Steam', 'steamapps', 'common', 'Blender'))
  return [...folders, ...steam].map((folder) => executableIn(folder, 'win32'))
}

async function entries(folder: string, name: RegExp, join: (...parts: string[]) => string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((entry) => name.test(entry)).map((entry) => join(folder, entry))
  } catch {
    return [] // not there, or not ours to read
  }
}
