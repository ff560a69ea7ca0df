import { randomUUID } from 'node:crypto'
import { rename, rm, rmdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { systemCode } from '@backlot/base/errors'
import type { MissingFile, TraceResult } from '@backlot/blendfile/trace/result'
import type { HashCache } from '@backlot/transfer/hash-cache'
import { hashFiles } from '@backlot/transfer/hash-files'
import { checkSpace } from '@backlot/transfer/preflight'
import type { Progress } from '@backlot/transfer/progress'
import { copyProject } from './copy-project.ts'
import { checkTarget } from './check-target.ts'
import type { PackLayout } from './layout/layout.ts'
import { type AbsoluteReference, absoluteReferences, type LeftOut, leftOut, otherDrives } from './left-out.ts'
import { manifestOf } from './manifest.ts'
import { prepare, type PrepareProgress, type PrepareRequest, refuseProblems } from './prepare.ts'
import { type PackedFile, rewriteChanged } from './rewrite-changed.ts'
import { writeZip } from './zip/write-zip.ts'

export interface PackRequest extends PrepareRequest {
  /** A ZIP archive, or a folder that does not exist or is empty. */
  mode: 'zip' | 'project'
  out: string
  /** Pack although files are missing, unreadable or can't be referred to. */
  ignoreErrors?: boolean | undefined
}

export type PackProgress = PrepareProgress | { stage: 'rewrite'; bytes: number } | { stage: 'pack'; progress: Progress }

export interface PackOptions {
  cache?: HashCache
  signal?: AbortSignal
  onProgress?: (progress: PackProgress) => void
}

export interface PackResult {
  out: string
  /** Path of the .blend in the pack. */
  mainFile: string
  root: string
  files: number
  /** Of the archive, or of all files in the folder. */
  bytes: number
  /** Absolute paths of the .blend files whose references were changed, in the pack only. */
  rewritten: string[]
  /** Absolute paths of what lay outside the project root. */
  outside: string[]
  /** Drives and shares, other than the root's, that files came from. */
  otherDrives: string[]
  /** References that named a place on this machine only; in the pack they are relative. */
  absolute: AbsoluteReference[]
  missing: readonly MissingFile[]
  /** Everything that the .blend needs and the pack does not have. */
  leftOut: LeftOut[]
  /** Files by what refers to them: `main`, `image`, `library` … */
  kinds: Record<string, number>
  /** Nothing that the .blend needs had to be left out. */
  isWhole: boolean
  /** All that was accepted or is odd, for people. */
  problems: string[]
  seconds: number
}

/**
 * Packs a .blend with everything that it needs so that it opens anywhere. The artist's files are only read; the result
 * appears whole or not at all.
 *
 * @throws as `prepare`, `rewriteChanged`, `writeZip` and `copyProject`; `pack.target_in_use`, `submit.no_space`
 */
export async function pack(request: PackRequest, options: PackOptions = {}): Promise<PackResult> {
  const started = performance.now()
  const { signal, onProgress } = options
  const out = resolve(request.out)
  const { traced, layout, problems, style } = await prepare(request, { signal, onProgress })
  if (!request.ignoreErrors) refuseProblems(problems)
  await checkTarget(out, request.mode, layout)
  await checkSpace(dirname(out), neededBytes(traced, layout, request.mode))

  const work = `${out}.${randomUUID().slice(0, 8)}.part`
  try {
    let rewritten = 0
    const files = await rewriteChanged(layout, {
      folder: `${work}.rewritten`,
      ...(signal && { signal }),
      onBytes: (bytes) => onProgress?.({ stage: 'rewrite', bytes: (rewritten += bytes) }),
    })
    const bytes = await write(request.mode, files, { out, work }, options)
    return {
      out,
      mainFile: files[0]?.path ?? '',
      root: layout.root,
      files: files.length,
      bytes,
      rewritten: files.flatMap(({ original }) => original ?? []),
      outside: [...layout.outside],
      otherDrives: otherDrives(layout, style),
      absolute: absoluteReferences(traced),
      missing: traced.missing,
      leftOut: leftOut(traced),
      kinds: countKinds(files),
      isWhole: problems.every(({ code }) => code === undefined),
      problems: problems.map(({ message }) => message),
      seconds: (performance.now() - started) / 1000,
    }
  } finally {
    await rm(work, { recursive: true, force: true })
    await rm(`${work}.rewritten`, { recursive: true, force: true })
  }
}

function countKinds(files: readonly PackedFile[]): Record<string, number> {
  const kinds: Record<string, number> = {}
  for (const { kind } of files) kinds[kind] = (kinds[kind] ?? 0) + 1
  return kinds
}

async function write(
  mode: PackRequest['mode'],
  files: readonly PackedFile[],
  { out, work }: { out: string; work: string },
  { cache, signal, onProgress }: PackOptions,
): Promise<number> {
  const common = {
    ...(signal && { signal }),
    onProgress: (progress: Progress) => onProgress?.({ stage: 'pack', progress }),
  }
  if (mode === 'zip') return writeZip(files, out, common)
  const paths = files.map(({ file }) => file)
  const hashed = await hashFiles(paths, { ...common, ...(cache && { cache }) })
  const bytes = await copyProject({ files, hashed, manifest: manifestOf(files, hashed) }, work, common)
  // An empty folder may give way to the finished one; what is in a folder never does.
  await rmdir(out).catch((error: unknown) => {
    if (systemCode(error) !== 'ENOENT') throw error
  })
  await rename(work, out)
  return bytes
}

/** Space that is needed at most while it works. An archive may turn out smaller. */
function neededBytes({ files }: TraceResult, { entries, changes }: PackLayout, mode: PackRequest['mode']): number {
  const total = files.reduce((sum, { size }) => sum + size, 0)
  const copies = entries.reduce((sum, { file, size }) => sum + (changes.has(file) ? size : 0), 0)
  return copies + (mode === 'project' ? total : Math.ceil(total / 2))
}
