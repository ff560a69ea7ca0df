import { close, closeSync, open, openSync, read, readSync, stat, statSync } from 'node:fs'
import { promisify } from 'node:util'
import type { ByteSource } from '../byte-source.ts'
import { unreadable } from '../errors.ts'
import { Promptness } from './promptness.ts'

const openAsync = promisify(open)
const readAsync = promisify(read)
const statAsync = promisify(stat)
const closeAsync = promisify(close)

/**
 * A file on disk, opened for reading only. Plain descriptors: half the time per read of a `FileHandle`. `disk`: what is
 * known of the one that it is on.
 */
export async function openFile(path: string | Buffer, disk: Promptness = new Promptness()): Promise<ByteSource> {
  const name = String(path)
  const failed = (cause: unknown): never => {
    throw unreadable(`${name} cannot be opened.`, cause)
  }
  // Asked first, because opening a pipe would wait for ever.
  const found = await ask(
    disk,
    () => statSync(path),
    () => statAsync(path),
  ).catch(failed)
  if (!found.isFile()) throw unreadable(`${name} is not a file.`)
  const descriptor = await ask(
    disk,
    () => openSync(path, 'r'),
    () => openAsync(path, 'r'),
  ).catch(failed)
  return fileSource(descriptor, found.size, name, disk)
}

function fileSource(descriptor: number, size: number, path: string, disk: Promptness): ByteSource {
  let isOpen = true
  return {
    size,
    async read(target, position) {
      try {
        for (let done = 0; ;) {
          const [rest, at] = [target.length - done, position + done]
          const count = await disk.ask(
            () => readSync(descriptor, target, done, rest, at),
            async () => (await readAsync(descriptor, target, done, rest, at)).bytesRead,
          )
          done += count
          if (count === 0 || done === target.length) return done
        }
      } catch (error) {
        throw unreadable(`${path} cannot be read.`, error)
      }
    },
    async close() {
      if (!isOpen) return
      isOpen = false
      await disk.ask(
        () => closeSync(descriptor),
        () => closeAsync(descriptor),
      )
    },
  }
}

async function ask<T>(disk: Promptness, directly: () => T, throughThreads: () => Promise<T>): Promise<T> {
  return disk.ask(directly, throughThreads)
}
