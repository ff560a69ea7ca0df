import { realpath, stat } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { type BlenderKind, VersionCache } from './detect.ts'
import { installedBlenders } from './installed.ts'
import { executableIn, type Machine, pythonIn, usualPlaces } from './places.ts'
import { compareVersions } from './version.ts'

/** Where a Blender was found: `BACKLOT_BLENDER` or `--blender`, fetched by Backlot, on PATH, or where they usually are. */
export type BlenderSource = 'chosen' | 'installed' | 'path' | 'usual-place'

/** A Blender of this machine. */
export interface FoundBlender {
  version: string
  kind: BlenderKind
  /** The Blender program; of a module, the Python that has it. */
  path: string
  source: BlenderSource
}

export interface FindOptions extends Machine {
  /** Where Backlot keeps what it fetched, and the versions it has learnt. */
  cacheFolder: string
  /** More paths to look at, before all others (`--blender`). */
  paths?: readonly string[]
}

export interface FindResult {
  /** Newest first; of equal versions the explicitly chosen one first. */
  blenders: FoundBlender[]
  /** Paths that a person named and that are no Blender. */
  problems: { path: string; reason: string }[]
}

/** Every Blender that this machine can use. Takes about 0.1 s when nothing changed since the last time. */
export async function findBlenders(options: FindOptions): Promise<FindResult> {
  const cache = new VersionCache(join(options.cacheFolder, 'blender-versions.json'))
  const named = [...(options.paths ?? []), ...(options.env.BACKLOT_BLENDER ?? '').split(delimiter)].filter(Boolean)
  const result: FindResult = { blenders: [], problems: [] }
  const seen = new Set<string>()
  const add = async (blender: FoundBlender) => {
    const identity = await identityOf(blender.path)
    if (!seen.has(identity)) result.blenders.push(blender)
    seen.add(identity)
  }

  for (const path of named) {
    const program = await programAt(path, options.platform)
    const found = await cache.detect(program)
    if ('reason' in found) result.problems.push({ path, reason: found.reason })
    else await add({ ...found, path: program, source: 'chosen' })
  }
  for (const { version, kind, folder, program } of await installedBlenders(options.cacheFolder)) {
    await add({ version, kind, path: join(folder, program), source: 'installed' })
  }
  for (const { path, source } of await usualPlaces(options)) {
    if (seen.has(await identityOf(path))) continue
    const found = await cache.detect(path)
    if ('version' in found) await add({ ...found, path, source })
  }
  await cache.save()
  // A stable sort: equal versions keep the order in which they were looked for.
  result.blenders.sort((a, b) => compareVersions(b.version, a.version))
  return result
}

/** A folder stands for the Blender or the virtual environment in it. */
async function programAt(path: string, platform: NodeJS.Platform): Promise<string> {
  if (!(await stat(path).catch(() => undefined))?.isDirectory()) return path
  for (const program of [executableIn(path, platform), pythonIn(path, platform)]) {
    if (await stat(program).catch(() => undefined)) return program
  }
  return executableIn(path, platform)
}

/**
 * One Blender behind several names counts once. Not by the real path where that says nothing: every snap is a link to
 * the snap program, and every virtual environment's Python to the same interpreter.
 */
async function identityOf(path: string): Promise<string> {
  if (path.startsWith('/snap/') || /python[\d.]*(\.exe)?$/.test(path)) return path
  return realpath(path).catch(() => path)
}
