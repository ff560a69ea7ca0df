import { basename } from 'node:path'
import { counted, formatBytes, formatSeconds } from '@backlot/base/format'
import type { PackProgress, PackResult } from '@backlot/packing/pack'
import type { Progress } from '@backlot/transfer/progress'
import { countOfKind } from './kind-text.ts'
import { formatProgress, table } from './output.ts'
import type { Pace } from './pace.ts'
import { printable } from './printable.ts'

/** What became of a pack, for people; the files by name are told by its problems. */
export function packText(result: PackResult, paint: (style: 'bold' | 'dim' | 'red', text: string) => string): string {
  const { out, mainFile, root, files, bytes, kinds, rewritten, absolute, outside, otherDrives, leftOut } = result
  const rate = result.seconds > 1 ? ` (${formatBytes(bytes / result.seconds)}/s)` : ''
  const byKind = Object.entries(kinds).map(([kind, count]) => countOfKind(count, kind))
  const rows: [string, string][] = [
    ['opens with', printable(mainFile)],
    ['holds', `${counted(files, 'file')}: ${byKind.join(', ')}`],
    ['size', `${formatBytes(bytes)}, in ${formatSeconds(result.seconds)}${rate}`],
    ['project root', printable(root)],
  ]
  if (rewritten.length > 0) rows.push(['paths changed in', `${counted(rewritten.length, '.blend file')}, in the pack`])
  if (absolute.length > 0) rows.push(['made relative', counted(absolute.length, 'absolute path')])
  if (outside.length > 0) rows.push(['from outside', `${counted(outside.length, 'file')}, now in _outside`])
  if (otherDrives.length > 0) rows.push(['other drives', printable(otherDrives.join(', '))])
  if (leftOut.length > 0) rows.push(['left out', paint('red', counted(leftOut.length, 'file'))])
  return `${paint('bold', printable(out))}\n${table(rows.map(([name, value]) => [`  ${paint('dim', name)}`, value]))}`
}

/** One line while it works. `pace`: of the .blend files that are traced. */
export function packStatus(progress: PackProgress, pace: Pace): string {
  switch (progress.stage) {
    case 'trace': {
      const { filesRead, filesKnown, missing } = progress.trace
      return `Tracing: ${filesRead} of ${filesKnown} .blend files, ${missing} missing${pace.text(filesRead, filesKnown)}`
    }
    case 'fetch_library':
      return `Fetching ${basename(progress.library)} from the cloud: ${formatBytes(progress.bytes)}`
    case 'fetch':
      return `Fetching from the cloud: ${filesAndBytes(progress.progress)}`
    case 'rewrite':
      return `Rewriting paths: ${formatBytes(progress.bytes)} of .blend files`
    case 'pack': {
      const what = progress.progress.stage === 'hash' ? 'Hashing' : 'Packing'
      return `${what}: ${filesAndBytes(progress.progress)}`
    }
  }
}

/** `3 of 20 files, 1.2 MB of 30 MB, 12 MB/s, 2.4 s left` */
export function filesAndBytes(progress: Progress): string {
  return `${progress.files} of ${progress.totalFiles} files, ${formatProgress(progress)}`
}
