/**
 * Reads, rewrites and packs damaged files in a process of its own, from one number to another. On descriptor 3 it says each
 * number before it begins, so that whoever waits knows which one hangs or kills it, and what it found. Arguments: seeds
 * (`written`, or a folder of .blend files), first number, number after the last.
 */
import { execFileSync } from 'node:child_process'
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { bombs } from '@backlot/blendfile/node/testing/bombs'
import {
  damagedFile,
  rewriteDamaged,
  savedSeeds,
  type Seed,
  type Way,
  waysToRead,
  writtenSeeds,
} from '@backlot/blendfile/node/testing/hostile-case'
import { packDamaged } from '@backlot/packing/testing/hostile-pack'

export type Work = Way | 'rewritten' | 'packed'

/** What one number took. */
export interface CaseReport {
  number: number
  what: string
  /** One of the ways to read it, or all, was refused. */
  isRefused: boolean
  /** CPU milliseconds, of all threads. */
  cpu: Record<Work, number>
  /** Largest resident size of the process so far, MB. */
  memory: number
  /** What escaped, when it was not a BlendFileError. */
  failure?: string
}

interface Made {
  what: string
  bytes: Uint8Array
  linkable: readonly string[]
}

/** A bomb is made by another process: building one takes more memory than reading it may. */
function makeBomb(number: number): Made {
  const maker = join(import.meta.dirname, 'hostile-bomb.ts')
  const bytes = execFileSync(process.execPath, [maker, String(number)], { maxBuffer: 64 * 1024 * 1024 })
  const { name = '', linkable = [] } = bombs[number] ?? {}
  return { what: name, bytes, linkable }
}

async function makeDamaged(seeds: readonly Seed[], number: number): Promise<Made> {
  const { what, bytes, seed } = await damagedFile(seeds, number)
  return { what, bytes, linkable: seed.linkable }
}

const [source = 'written', from = '0', to = '0'] = process.argv.slice(2)
const say = (line: object) => writeSync(3, `${JSON.stringify(line)}\n`)

const seeds = source === 'bombs' ? [] : source === 'written' ? writtenSeeds() : await savedSeeds(source)
for (let number = Number(from); number < Number(to); number++) {
  say({ begins: number })
  const { what, bytes, linkable } = source === 'bombs' ? makeBomb(number) : await makeDamaged(seeds, number)
  const cpu = { inspected: 0, traced: 0, asLibrary: 0, rewritten: 0, packed: 0 }
  let isRefused = false
  let failure: string | undefined
  const all = {
    ...waysToRead(bytes, linkable),
    rewritten: () => rewriteDamaged(bytes),
    packed: () => packDamaged(bytes),
  }
  try {
    for (const [work, run] of Object.entries(all) as [Work, () => Promise<string>][]) {
      const before = process.cpuUsage()
      if ((await run()) !== 'read') isRefused = true
      const { user, system } = process.cpuUsage(before)
      cpu[work] = (user + system) / 1000
    }
  } catch (error) {
    failure = error instanceof Error ? (error.stack ?? error.message) : String(error)
  }
  const memory = Math.round(process.resourceUsage().maxRSS / 1024)
  const report: CaseReport = { number, what, isRefused, cpu, memory, ...(failure !== undefined && { failure }) }
  say(report)
}
