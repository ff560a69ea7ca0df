import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** What one Blender itself says of one file that it has opened. All paths are absolute. */
export interface Listed {
  readonly file: string
  /** Its own list, without what is packed. */
  readonly needed: readonly string[]
  /** With what is packed. */
  readonly all: readonly string[]
  /** Of its own data-blocks only, not of those that it links. */
  readonly own: readonly string[]
  /** By data-block: [name, path]; null where a Blender has no such list (before 4.5). */
  readonly users: readonly (readonly [string, string])[] | null
  /** What paths stand for that are not one file or one folder: frames, or tiles of these numbers. */
  readonly stands_for: Readonly<Record<string, 'frames' | readonly number[]>>
}

/**
 * The files on this disk that a path of Blender's list stands for, sorted. On purpose a second implementation: the
 * tracer's own is what is tested.
 */
export function filesOfListed(path: string, means: 'frames' | readonly number[] | undefined): string[] {
  if (means === 'frames') return framesOf(path)
  if (means !== undefined) return means.map((number) => tileOf(path, number)).filter((file) => existsSync(file))
  if (!existsSync(path)) return []
  if (!statSync(path).isDirectory()) return [path]
  const entries = readdirSync(path, { recursive: true, withFileTypes: true })
  return entries.flatMap((entry) => (entry.isDirectory() ? [] : [join(entry.parentPath, entry.name)])).toSorted()
}

/** The last number of a name counts, written with as many digits. */
function framesOf(path: string): string[] {
  const [, head, digits, tail] = /^(.*?)(\d+)(\D*)$/.exec(basename(path)) ?? []
  if (head === undefined || digits === undefined || tail === undefined) return existsSync(path) ? [path] : []
  if (!existsSync(dirname(path))) return []
  const isFrame = (name: string): boolean => {
    const number = name.slice(head.length, name.length - tail.length)
    return /^\d+$/.test(number) && name === head + String(Number(number)).padStart(digits.length, '0') + tail
  }
  const names = readdirSync(dirname(path)).filter(isFrame)
  return names.map((name) => join(dirname(path), name)).toSorted()
}

/** 1001 is the first tile, at u 1 and v 1; ten in a row. */
function tileOf(path: string, number: number): string {
  const index = number - 1001
  return path
    .replace('<UDIM>', String(number))
    .replace('<UVTILE>', `u${(index % 10) + 1}_v${Math.floor(index / 10) + 1}`)
}
