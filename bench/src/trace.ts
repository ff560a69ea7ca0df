import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { SceneMaker } from '@backlot/tests/scenes'
import { batVersion, findBat } from './bat.ts'
import {
  atMost,
  type Benchmark,
  type BenchmarkOptions,
  type BenchmarkResult,
  cheaperThan,
  median,
  type Peer,
} from './benchmark.ts'
import { blenderAlone } from '@backlot/tests/blender-alone'
import { account, type Cost } from './programs.ts'
import { megabytes, type Project } from './projects.ts'

export const trace: Benchmark = {
  name: 'trace',
  summary:
    'the files that scenes need (one of 500 MB, the same in zstd, one of 200 libraries), against BAT and Blender',
  run,
}

/** Runs of each, in turn; their median counts. */
const rounds = 3
const mostMemory = 150

/** How much cheaper it should be than BAT, and than Blender's own load. */
interface Targets {
  bat: number
  blender: number
}

async function run(options: BenchmarkOptions): Promise<BenchmarkResult[]> {
  const { projects } = options
  const bat = await findBat(options.note)
  const maker = await projects.maker()
  const hall = await projects.hall()
  const zstd = { ...hall, file: hall.zstd, what: `the same in zstd, ${megabytes((await stat(hall.zstd)).size)}` }
  return [
    ...(await measure(hall, { bat: 8, blender: 1 }, maker, bat, options)),
    ...(await measure(zstd, { bat: 3, blender: 1 }, maker, bat, options)),
    ...(await measure(await projects.shelf(), { bat: 10, blender: 2 }, maker, bat, options)),
  ]
}

async function measure(
  { file, what, expected }: Project,
  targets: Targets,
  { blender, folder }: SceneMaker,
  bat: { program: string } | { missing: string },
  { note, signal }: BenchmarkOptions,
): Promise<BenchmarkResult[]> {
  const own: Cost[] = []
  const ofBat: Cost[] = []
  const ofBlender: Cost[] = []
  const alone = blenderAlone(blender, file, ["print('found', len(bpy.utils.blend_paths(absolute=True)))"], folder)
  // The first round fills the file cache and does not count.
  for (let round = 0; round <= rounds; round++) {
    own.push(await account(process.execPath, [join(import.meta.dirname, 'trace-client.ts'), file], { signal }))
    if ('program' in bat) ofBat.push(await account(bat.program, ['list', '--json', file], { signal }))
    ofBlender.push(await account(alone.command, alone.args, { env: alone.env, signal }))
  }
  const found = Number((own[0] as Cost).stdout)
  if (found !== expected) throw new Error(`Backlot found ${found} of ${expected} files.`)
  note(`${what}: Blender ${/found \d+/.exec((ofBlender[0] as Cost).stdout)?.[0]} paths beside the scene`)

  const cpu = (costs: readonly Cost[]) => median(costs.slice(1).map((cost) => cost.cpu))
  const byBat = ofBat[0] === undefined ? undefined : countOfBat(ofBat[0].stdout)
  // Who finds less has not done the same work.
  const peerOf = (): Peer => {
    if ('missing' in bat) return { name: bat.missing, value: null }
    if (byBat !== expected + 1) {
      return { name: `BAT ${batVersion} found ${byBat} of ${expected + 1} files`, value: null }
    }
    return { name: `BAT ${batVersion}`, value: cpu(ofBat) }
  }
  const measured = (metric: string) => ({ name: 'trace', metric, value: cpu(own), unit: 's' })
  const wholly = `${what}, written by ${blender.version}; CPU time of the whole process`
  const byBlender = { name: `Blender ${blender.version}, load and blend_paths`, value: cpu(ofBlender) }
  const memory = median(own.map((cost) => Math.round(cost.memory / 1e6)))
  return [
    cheaperThan(measured(wholly), peerOf(), targets.bat),
    cheaperThan(measured('the same'), byBlender, targets.blender),
    atMost({ name: 'trace', metric: 'the same, memory', value: memory, unit: 'MB' }, mostMemory),
  ]
}

/** `bat list --json`: files by the .blend that uses them, or a list; each counts once. */
function countOfBat(json: string): number {
  const files = new Set<string>()
  const visit = (value: unknown) => {
    if (typeof value === 'string') files.add(value)
    else if (Array.isArray(value)) value.forEach(visit)
    else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value)) {
        files.add(key)
        visit(inner)
      }
  }
  visit(JSON.parse(json))
  return files.size
}
