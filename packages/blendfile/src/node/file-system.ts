import { readdir, readdirSync, type Stats, stat, statSync } from 'node:fs'
import { win32 } from 'node:path'
import { promisify } from 'node:util'
import type { FileStat, FileSystem } from '../file-system.ts'
import { decodePathBytes, encodePathText, hasEscapedBytes } from '../path/path-text.ts'
import { openFile } from './byte-source.ts'
import { Promptness } from './promptness.ts'

const statAsync = promisify(stat)
const readdirAsync = promisify(readdir)
const onWindows = process.platform === 'win32'
const inBytes = { encoding: 'buffer' } as const

/** This machine's disks. Names that are not UTF-8 travel as escaped text (see path-text.ts). */
export function nodeFileSystem(): FileSystem {
  const style = process.platform === 'win32' ? 'windows' : 'posix'
  const folders = new Map<string, Promptness>()
  // By folder: any may be on a server that is not there.
  const diskOf = (path: string): Promptness => {
    const folder = path.slice(0, path.lastIndexOf(style === 'windows' ? '\\' : '/'))
    let disk = folders.get(folder)
    if (disk === undefined) folders.set(folder, (disk = new Promptness()))
    return disk
  }
  return {
    style,
    async stat(path) {
      const node = toNodePath(path)
      try {
        const found = await diskOf(path).ask(
          () => statSync(node, { throwIfNoEntry: false }),
          () => statAsync(node),
        )
        return found && describe(found)
      } catch {
        return undefined
      }
    },
    async list(path) {
      const node = toNodePath(path)
      try {
        const names = await diskOf(path).ask(
          () => readdirSync(node, inBytes),
          () => readdirAsync(node, inBytes),
        )
        return names.map((name) => decodePathBytes(name))
      } catch {
        return undefined
      }
    },
    open: (path) => openFile(toNodePath(path), diskOf(path)),
  }
}

export function toNodePath(path: string): string | Buffer {
  if (process.platform === 'win32') return win32.toNamespacedPath(path)
  return hasEscapedBytes(path) ? Buffer.from(encodePathText(path)) : path
}

function describe(found: Stats): FileStat | undefined {
  // On Windows, numbers of files are longer than a double can tell apart.
  if (found.isDirectory())
    return { kind: 'directory', size: 0, ...(!onWindows && { identity: `${found.dev}:${found.ino}` }) }
  // Pipes, sockets and devices are not there: opening one could wait for ever.
  return found.isFile() ? { kind: 'file', size: found.size, occupied: found.blocks * 512 } : undefined
}
