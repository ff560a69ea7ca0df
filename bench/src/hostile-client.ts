/**
 * Reads damaged files in a process of its own, from one number to another. On descriptor 3 it says each number before it
 * begins, so that whoever waits knows which one hangs or kills it, and what it found. Arguments: seeds (`written`, or a
 * folder of .blend files), first number, number after the last.
 */
import { execFileSync } from 'node:child_process'
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { bombs } from '@backlot/blendfile/node/testing/bombs'
import type { Outcome } from '@backlot/blendfile/node/testing/hostile-case'
import { readInEveryWay, runCase, savedSeeds, writtenSeeds } from '@backlot/blendfile/node/testing/hostile-case'

/** What one number took. */
export interface CaseReport extends Partial<Outcome> {
  number: number
  /** CPU milliseconds, of all threads. */
  cpu: number
  /** Largest resident size of the process so far, MB. */
  memory: number
  /** What escaped, when it was not a BlendFileError. */
  failure?: string
}

function made(number: number): Uint8Array {
  const maker = join(import.meta.dirname, 'hostile-bomb.ts')
  return execFileSync(process.execPath, [maker, String(number)], { maxBuffer: 64 * 1024 * 1024 })
}

const [source = 'written', from = '0', to = '0'] = process.argv.slice(2)
const say = (line: object) => writeSync(3, `${JSON.stringify(line)}\n`)

const seeds = source === 'bombs' ? [] : source === 'written' ? writtenSeeds() : await savedSeeds(source)
for (let number = Number(from); number < Number(to); number++) {
  say({ begins: number })
  const bomb = source === 'bombs' ? bombs[number] : undefined
  // Made by another process: building one takes more memory than reading it may.
  const bytes = bomb === undefined ? undefined : made(number)
  const before = process.cpuUsage()
  let outcome: Partial<Outcome> = {}
  let failure: string | undefined
  try {
    outcome =
      bomb === undefined || bytes === undefined
        ? await runCase(seeds, number)
        : { what: bomb.name, ...(await readInEveryWay(bytes, bomb.linkable ?? [])) }
  } catch (error) {
    failure = error instanceof Error ? (error.stack ?? error.message) : String(error)
  }
  const { user, system } = process.cpuUsage(before)
  const memory = Math.round(process.resourceUsage().maxRSS / 1024)
  const report: CaseReport = { number, cpu: (user + system) / 1000, memory, ...outcome, failure }
  say(report)
}
