import { memorySource } from '@backlot/blendfile/byte-source'
import { nodeCodecs } from '@backlot/blendfile/node/codecs'
import { boundedSink, outcomeOf } from '@backlot/blendfile/node/testing/hostile-case'
import { rewrite } from '@backlot/blendfile/rewrite/rewrite'
import { memoryFileSystem } from '@backlot/blendfile/testing/memory-file-system'
import { trace } from '@backlot/blendfile/trace/trace'
import { isTreePath } from '@backlot/contract/schemas/common'
import { layOut } from '../layout/layout.ts'
import { findProblems } from '../problems.ts'

/**
 * Packs a damaged .blend as far as that goes in memory: traced, laid out, its paths rewritten. Answers `read`, or the code
 * that it was refused with. Throws what may never be: a path that could leave the pack, two files under one name, an error
 * without a code.
 */
export function packDamaged(bytes: Uint8Array): Promise<string> {
  const path = '/p/shots/hostile.blend'
  // Spelled otherwise than they are stored: all of them have to be rewritten.
  const names = ['SEQ/A_0001.png', 'T.1001.png', 'Cache/a.bphys', 'Bakes/a.json', 'Own/a.json', 'Script.py', 'A.abc']
  const files = { [path]: bytes, ...Object.fromEntries(names.map((name) => [`/p/shots/${name}`, 'x'])) }
  return outcomeOf(async () => {
    const traced = await trace(path, { fileSystem: memoryFileSystem('posix', files), codecs: nodeCodecs })
    const layout = layOut(traced, { root: '/p', style: 'posix' })
    const folded = new Set(layout.entries.map((entry) => entry.path.normalize('NFC').toLowerCase()))
    if (folded.size !== layout.entries.length) throw new Error('two files have one name')
    for (const entry of layout.entries) if (!isTreePath(entry.path)) throw new Error(`no safe path: ${entry.path}`)
    findProblems(traced, layout)
    await rewrite(memorySource(bytes), boundedSink(), layout.changes.get(path) ?? [], { codecs: nodeCodecs })
  })
}
