import { readdir, stat } from 'node:fs'
import { win32 } from 'node:path'
import type { FileStat, FileSystem } from '../file-system.ts'
import { decodePathBytes, encodePathText, hasEscapedBytes } from '../path/path-text.ts'
import { openFile } from './byte-source.ts'

/** This machine's disks. Names that are not UTF-8 travel as escaped text (see path-text.ts). */
export function nodeFileSystem(): FileSystem {
  const style = process.platform === 'win32' ? 'windows' : 'posix'
  return {
    style,
    stat: (path) =>
      new Promise<FileStat | undefined>((resolve) => {
        stat(toNodePath(path), (error, found) => {
          if (error !== null) resolve(undefined)
          else if (found.isDirectory()) resolve({ kind: 'directory', size: 0 })
          // Pipes, sockets and devices are not there: opening one could wait for ever.
          else resolve(found.isFile() ? { kind: 'file', size: found.size, occupied: found.blocks * 512 } : undefined)
        })
      }),
    list: (path) =>
      new Promise<readonly string[] | undefined>((resolve) => {
        readdir(toNodePath(path), { encoding: 'buffer' }, (error, names) => {
          resolve(error === null ? names.map((name) => decodePathBytes(name)) : undefined)
        })
      }),
    open: (path) => openFile(toNodePath(path)),
  }
}

export function toNodePath(path: string): string | Buffer {
  if (process.platform === 'win32') return win32.toNamespacedPath(path)
  return hasEscapedBytes(path) ? Buffer.from(encodePathText(path)) : path
}
