import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { runProgram } from '@backlot/blender/run-program'
import { batVersion, findBat } from '../../../bench/src/bat.ts'
import { filesOfListed, type Listed } from './listed.ts'
import type { Peer, Way } from './results.ts'

const script = fileURLToPath(new URL('../../python/bat_list.py', import.meta.url))

/**
 * How often the Blender Asset Tracer finds the files that Blender lists as needed, and no others; undefined where it
 * can't be had.
 */
export async function peerCounts(seen: readonly { way: Way; listed: Listed }[]): Promise<Peer | undefined> {
  const bat = await findBat((line) => console.error(line))
  if ('missing' in bat) return undefined
  const files = seen.map(({ listed }) => listed.file)
  const python = join(dirname(bat.program), 'python')
  const { code, stdout, stderr } = await runProgram(python, [script, ...files], { timeoutMs: 120_000 })
  if (code !== 0) throw new Error(`BAT ended with ${code}: ${stderr}`)
  const found = JSON.parse(stdout) as Record<string, Lead[] | null>
  const equal: Partial<Record<Way, number>> = {}
  for (const { way, listed } of seen) {
    const theirs = found[listed.file]
    const blender = listed.needed.map((path): Lead => [path, filesOfListed(path, listed.stands_for[path])])
    const isEqual = theirs !== null && theirs !== undefined && isDeepStrictEqual(ends(theirs), ends(blender))
    equal[way] = (equal[way] ?? 0) + Number(isEqual)
  }
  return { name: `BAT ${batVersion}`, equal }
}

/** A path, and the files that are there. */
type Lead = [string, string[]]

/** Files, and paths that lead to none: how a list of them is cut into paths does not count here. */
function ends(leads: readonly Lead[]): Set<string> {
  return new Set(leads.flatMap(([path, files]) => (files.length === 0 ? [path] : files)))
}
