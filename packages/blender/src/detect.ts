import { stat } from 'node:fs/promises'
import { readJson, writeJson } from '@backlot/base/node/atomic-file'
import { runProgram } from './run-program.ts'
import { parseVersion } from './version.ts'

export type BlenderKind = 'executable' | 'module'

export interface DetectedBlender {
  version: string
  kind: BlenderKind
}

interface CacheEntry {
  mtimeMs: number
  size: number
  version: string
}

/** A Python is told by its name; everything else is taken for a Blender and has to prove it. */
function kindOf(path: string): BlenderKind {
  return /(^|[\\/])(python|pypy)[\d.]*(\.exe)?$/i.test(path) ? 'module' : 'executable'
}

/**
 * Versions of programs, remembered by (path, mtime, size): asking Debian's Blender takes 0.2 s, a snap a second.
 * Pythons are asked every time (50 ms): what is installed in one does not show in the program's own date.
 */
export class VersionCache {
  readonly #file: string
  #entries: Record<string, CacheEntry> | undefined
  #changed = false

  constructor(file: string) {
    this.#file = file
  }

  /** The version of the Blender at `path`, or the reason why it is none. */
  async detect(path: string): Promise<DetectedBlender | { reason: string }> {
    const kind = kindOf(path)
    const status = await stat(path).catch(() => undefined)
    if (!status?.isFile()) return { reason: 'There is no such file.' }
    if (kind === 'module') return askPython(path)
    const entries = await this.#load()
    const known = entries[path]
    if (known?.mtimeMs === status.mtimeMs && known.size === status.size) return { kind, version: known.version }
    const asked = await askBlender(path)
    if ('version' in asked) {
      entries[path] = { mtimeMs: status.mtimeMs, size: status.size, version: asked.version }
      this.#changed = true
    }
    return asked
  }

  /** Keeps what was learnt. A cache that can't be written is no reason to fail. */
  async save(): Promise<void> {
    if (this.#changed) await writeJson(this.#file, this.#entries, { durable: false }).catch(() => undefined)
    this.#changed = false
  }

  async #load(): Promise<Record<string, CacheEntry>> {
    this.#entries ??= ((await readJson(this.#file).catch(() => undefined)) ?? {}) as Record<string, CacheEntry>
    return this.#entries
  }
}

async function askBlender(path: string): Promise<DetectedBlender | { reason: string }> {
  const { code, stdout, stderr } = await runProgram(path, ['--version'])
  const version = parseVersion(/^Blender .*$/m.exec(stdout)?.[0] ?? '')
  if (version) return { kind: 'executable', version: `${version.major}.${version.minor}.${version.patch ?? 0}` }
  const library = /error while loading shared libraries: ([^:]+):/.exec(stderr)?.[1]
  if (library) return { reason: `It needs the library ${library}, which is not installed.` }
  return {
    reason: `It does not answer to --version (${code === null ? stderr.trim() || 'killed' : `exit code ${code}`}).`,
  }
}

async function askPython(path: string): Promise<DetectedBlender | { reason: string }> {
  const script = "import importlib.metadata as m; print('Blender ' + m.version('bpy'))"
  const { stdout, stderr } = await runProgram(path, ['-c', script])
  const version = parseVersion(stdout)
  if (version) return { kind: 'module', version: `${version.major}.${version.minor}.${version.patch ?? 0}` }
  if (/PackageNotFoundError/.test(stderr)) return { reason: 'This Python does not have the bpy module.' }
  return { reason: `This Python does not work: ${stderr.trim().split('\n').at(-1) ?? ''}` }
}
