import { randomUUID } from 'node:crypto'
import { close, open, rename, rm, stat, write } from 'node:fs'
import { promisify } from 'node:util'
import type { ByteSink } from '../byte-sink.ts'
import { BlendFileError } from '../errors.ts'
import { toNodePath } from './file-system.ts'

const openAsync = promisify(open)
const closeAsync = promisify(close)
const renameAsync = promisify(rename)
const rmAsync = promisify(rm)
const statAsync = promisify(stat)

/**
 * Writes a file whole or not at all: into a temporary one in its folder, which takes its name when `work` has ended and
 * is removed when it fails. `source`: the file it is made from. Throws `blend.same_file` when that is the same,
 * `blend.unwritable`, and what `work` throws.
 */
export async function writeBeside<R>(target: string, source: string, work: (sink: ByteSink) => Promise<R>): Promise<R> {
  if (await isSameFile(target, source)) {
    throw new BlendFileError('blend.same_file', `${target} is the file that is read.`, { details: { path: target } })
  }
  const failed = (cause: unknown): never => {
    throw new BlendFileError('blend.unwritable', `${target} cannot be written.`, { cause, details: { path: target } })
  }
  const temporary = `${target}.${randomUUID().slice(0, 8)}.tmp`
  const descriptor = await openAsync(toNodePath(temporary), 'wx').catch(failed)
  try {
    let result: R
    try {
      result = await work({ write: (bytes) => writeAll(descriptor, bytes).catch(failed) })
    } finally {
      await closeAsync(descriptor)
    }
    await renameAsync(toNodePath(temporary), toNodePath(target)).catch(failed)
    return result
  } catch (error) {
    await rmAsync(toNodePath(temporary), { force: true })
    throw error
  }
}

/** Through links of any kind too. */
async function isSameFile(a: string, b: string): Promise<boolean> {
  const [first, second] = await Promise.all(
    [a, b].map((path) => statAsync(toNodePath(path), { bigint: true }).catch(() => undefined)),
  )
  return first !== undefined && second !== undefined && first.dev === second.dev && first.ino === second.ino
}

function writeAll(descriptor: number, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    let done = 0
    const more = (): void => {
      if (done === bytes.length) {
        resolve()
        return
      }
      write(descriptor, bytes, done, bytes.length - done, null, (error, count) => {
        if (error !== null) {
          reject(error)
          return
        }
        done += count
        more()
      })
    }
    more()
  })
}
