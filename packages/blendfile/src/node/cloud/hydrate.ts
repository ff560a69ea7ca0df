import { execFile, spawn } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Hydrate } from '../../cloud/cloud-file-system.ts'
import { providerOf } from '../../cloud/provider.ts'
import { BlendFileError } from '../../errors.ts'
import { toNodePath } from '../file-system.ts'

export interface HydrateOptions {
  /** A file of which nothing arrives for so long stays away. Seconds; default 60. */
  timeoutSeconds?: number
  signal?: AbortSignal
  /** Bytes of a file that have arrived. */
  onProgress?: (path: string, bytes: number) => void
}

const reader = fileURLToPath(new URL('reader.ts', import.meta.url))
const stubPoll = 500

/**
 * Brings files from a cloud to this disk, by reading them; iCloud's stubs by asking iCloud (`brctl`). Throws
 * `blend.not_downloaded` with the file's name, or the signal's reason: nothing goes on in the background then.
 */
export function hydrateBy(options: HydrateOptions = {}): Hydrate {
  return async (path) => {
    options.signal?.throwIfAborted()
    if (!(await isThere(path))) await requestFromICloud(path, options)
    await readWhole(path, options)
  }
}

async function readWhole(path: string, { timeoutSeconds = 60, signal, onProgress }: HydrateOptions): Promise<void> {
  const name = Buffer.from(toNodePath(path)).toString('base64')
  const child = spawn(process.execPath, [reader, name], { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = Promise.withResolvers<string | undefined>()
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-2000)))
  child.once('error', ended.reject)
  child.once('close', (code) => ended.resolve(code === 0 ? undefined : (/E[A-Z]+/.exec(complaint)?.[0] ?? 'it failed')))

  // A process that waits for a cloud does not listen: only SIGKILL ends it.
  const give = () => child.kill('SIGKILL')
  let isLate = false
  const watch = () =>
    setTimeout(() => {
      isLate = true
      give()
    }, timeoutSeconds * 1000)
  let timer = watch()
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    clearTimeout(timer)
    timer = watch()
    onProgress?.(path, Number(text.trimEnd().split('\n').at(-1)))
  })
  signal?.addEventListener('abort', give, { once: true })
  try {
    const problem = await ended.promise
    signal?.throwIfAborted()
    if (isLate) throw notDownloaded(path, `nothing of it arrived for ${timeoutSeconds} seconds`)
    if (problem !== undefined) throw notDownloaded(path, `it can't be read (${problem})`)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', give)
  }
}

/** Asks iCloud for a file of which there is only a stub, and waits until it is there. macOS only. */
async function requestFromICloud(path: string, { timeoutSeconds = 60, signal }: HydrateOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    execFile('brctl', ['download', path], { ...(signal && { signal }) }, (error) => {
      if (error === null) resolve()
      else reject(signal?.aborted ? signal.reason : notDownloaded(path, 'iCloud was asked for it and refused', error))
    })
  })
  const end = Date.now() + timeoutSeconds * 1000
  while (!(await isThere(path))) {
    signal?.throwIfAborted()
    if (Date.now() > end) throw notDownloaded(path, `it did not arrive within ${timeoutSeconds} seconds`)
    await new Promise((resolve) => setTimeout(resolve, stubPoll))
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(toNodePath(path)).then(
    () => true,
    () => false,
  )
}

function notDownloaded(path: string, why: string, cause?: unknown): BlendFileError {
  const provider = providerOf(path) ?? 'iCloud'
  return new BlendFileError('blend.not_downloaded', `${path} is in ${provider} and not on this disk: ${why}.`, {
    details: { path, provider },
    cause,
  })
}
