import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { CodedError, messageOf } from '@backlot/base/errors'

export interface DownloadOptions {
  sha256: string
  onBytes?: ((done: number, total: number | undefined) => void) | undefined
  signal?: AbortSignal | undefined
}

/** Time to reach a server and hear its first word. A machine without a way out should know within seconds. */
const answerMs = 10_000

/** Reads a small text. Fails with `network.unreachable` when there is no answer within 10 s. */
export async function fetchText(url: string, signal?: AbortSignal): Promise<string> {
  return (await answer(url, {}, signal)).text()
}

/**
 * Downloads a file, going on where an earlier try stopped (`PATH.part`), and gives it its name only when its hash is
 * right. A file that is there already with the right hash is not fetched.
 */
export async function download(url: string, path: string, { sha256, onBytes, signal }: DownloadOptions): Promise<void> {
  if ((await hashOf(path)) === sha256) return
  await mkdir(dirname(path), { recursive: true })
  const part = `${path}.part`
  let done = (await stat(part).catch(() => undefined))?.size ?? 0
  const response = await answer(url, done > 0 ? { range: `bytes=${done}-` } : {}, signal, [416])
  if (response.status === 416) {
    // The part is whole, or belongs to another file: the hash decides.
    await response.body?.cancel()
  } else {
    if (response.status !== 206) done = 0
    const length = Number(response.headers.get('content-length'))
    const total = length > 0 ? done + length : undefined
    const count = new Transform({
      transform(chunk: Buffer, _encoding, next) {
        done += chunk.length
        onBytes?.(done, total)
        next(null, chunk)
      },
    })
    const body = Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0])
    await pipeline(body, count, createWriteStream(part, { flags: response.status === 206 ? 'a' : 'w' }), { signal })
  }
  const actual = await hashOf(part)
  if (actual !== sha256) {
    await rm(part, { force: true })
    throw new CodedError('blender.checksum_mismatch', `The download of ${url} does not have its published checksum.`, {
      details: { url, expected: sha256, actual },
    })
  }
  await rename(part, path)
}

async function answer(
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal | undefined,
  alsoFine: readonly number[] = [],
): Promise<Response> {
  const quick = new AbortController()
  const timer = setTimeout(() => quick.abort(new Error(`no answer within ${answerMs / 1000} s`)), answerMs)
  const both = signal ? AbortSignal.any([signal, quick.signal]) : quick.signal
  try {
    const response = await fetch(url, { headers, signal: both })
    if (response.ok || alsoFine.includes(response.status)) return response
    await response.body?.cancel()
    throw new CodedError('network.unreachable', `${url} answered with status ${response.status}.`, {
      details: { url, status: response.status },
    })
  } catch (error) {
    if (error instanceof CodedError || signal?.aborted) throw error
    const cause = error instanceof Error && error.cause ? error.cause : error
    throw new CodedError('network.unreachable', `${new URL(url).host} can't be reached: ${messageOf(cause)}.`, {
      details: { url },
      cause: error,
    })
  } finally {
    clearTimeout(timer)
  }
}

async function hashOf(path: string): Promise<string | undefined> {
  if (!(await stat(path).catch(() => undefined))) return undefined
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
