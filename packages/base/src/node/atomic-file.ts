import { randomUUID } from 'node:crypto'
import { chmod, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { systemCode } from '../errors.ts'
import { makeFolder } from './make-folder.ts'

export interface AtomicWriteOptions {
  /** Permission bits. Default 0o644; secrets take 0o600. */
  mode?: number
  /** Wait until the disk has it. Default true: a file that a crash can lose is not written. */
  durable?: boolean
}

/** Writes a whole file or nothing: temporary file beside it, flush, rename. Makes the folder. */
export async function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  options: AtomicWriteOptions = {},
): Promise<void> {
  const { mode = 0o644, durable = true } = options
  await makeFolder(dirname(path))
  const temporary = `${path}.${randomUUID().slice(0, 8)}.tmp`
  try {
    const file = await open(temporary, 'wx', mode)
    try {
      await file.writeFile(data)
      if (durable) await file.sync()
    } finally {
      await file.close()
    }
    await chmod(temporary, mode) // the umask took bits away, or the platform ignored `mode`
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** The JSON in a file, or undefined when there is no such file. Throws on anything else, also on broken JSON. */
export async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as unknown
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

export async function writeJson(path: string, value: unknown, options?: AtomicWriteOptions): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`, options)
}
