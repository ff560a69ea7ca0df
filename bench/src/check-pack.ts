import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { zstdDecompressSync } from 'node:zlib'
import { traceFile } from '@backlot/blendfile/node/trace-file'
import { run } from './programs.ts'

/** Unpacks an archive with Python's zipfile, which checks every checksum. */
export async function unpack(archive: string, folder: string, signal: AbortSignal): Promise<void> {
  await run('python3', ['-m', 'zipfile', '-e', archive, folder], { signal })
}

/** What a scene needs: how many files, and what is in those that are no .blend. */
export interface Needs {
  files: number
  contents: string[]
}

/** Throws when something is missing, or lies outside of `folder`. */
export async function needsOf(file: string, folder: string): Promise<Needs> {
  const { files, missing, errors } = await traceFile(file)
  if (missing.length + errors.length > 0) {
    throw new Error(`${file}: ${missing.length} files are missing, ${errors.length} can't be read`)
  }
  const away = files.find(({ path }) => !path.startsWith(join(folder, '/')))
  if (away !== undefined) throw new Error(`${file} still refers to ${away.path}`)
  const contents: string[] = []
  for (const { path } of files) if (!path.endsWith('.blend')) contents.push(await hashOf(path))
  return { files: files.length, contents: contents.toSorted() }
}

/** Throws unless a pack opens with as many files as the original, and these are what they were. */
export async function checkPack(file: string, folder: string, original: Needs): Promise<void> {
  const found = await needsOf(file, folder)
  if (found.files !== original.files) throw new Error(`${file} needs ${found.files} files, not ${original.files}`)
  if (!found.contents.every((content, index) => content === original.contents[index])) {
    throw new Error(`files that ${file} needs are not what they were`)
  }
}

/** Throws unless a file is zstd with a table at its end that says where each frame is, and what it becomes. */
export async function checkSeekTable(file: string): Promise<void> {
  const bytes = await readFile(file)
  const count = bytes.readUInt32LE(bytes.length - 9)
  const table = bytes.length - 9 - 8 * count
  if (bytes.readUInt32LE(bytes.length - 4) !== 0x8f92eab1 || table < 8) throw new Error(`${file} has no seek table`)
  let at = 0
  for (let entry = table; entry < table + 8 * count; entry += 8) {
    const length = bytes.readUInt32LE(entry)
    if (lengthOfContent(bytes.subarray(at, at + length)) !== bytes.readUInt32LE(entry + 4)) {
      throw new Error(`${file}: the frame at ${at} is not as its table says`)
    }
    at += length
  }
  if (at !== table - 8) throw new Error(`${file}: its table does not list all frames`)
}

/** Undefined for what is no frame. */
function lengthOfContent(frame: Uint8Array): number | undefined {
  try {
    return zstdDecompressSync(frame).length
  } catch {
    return undefined
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
