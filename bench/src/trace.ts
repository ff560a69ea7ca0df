import { join } from 'node:path'
import { startSceneMaker } from '@backlot/tests/scenes'
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
import { blenderAlone } from './blender-alone.ts'
import { account, type Cost, type RunOptions } from './programs.ts'

export const trace: Benchmark = {
  name: 'trace',
  summary: 'the files of a project of 200 libraries and 1,000 images, against BAT and Blender by CPU time',
  run,
}

/** Runs of each, in turn; their median counts. */
const rounds = 3

async function run({ quick, note, signal }: BenchmarkOptions): Promise<BenchmarkResult[]> {
  const libraries = quick ? 20 : 200
  const images = 5
  const expected = libraries + libraries * images
  // BAT 1.23 does not follow into the libraries of 5.0's files.
  const maker = await startSceneMaker(({ version }) => version.startsWith('4.'))
  try {
    note(`writing a scene that needs ${expected} files with Blender ${maker.blender.version}`)
    const file = await maker.make('shelf', { folder: join(maker.folder, 'shelf'), libraries, images })
    const bat = await findBat(note)
    const options: RunOptions = { signal }
    const own: Cost[] = []
    const ofBat: Cost[] = []
    const ofBlender: Cost[] = []
    const alone = blenderAlone(
      maker.blender,
      file,
      ["print('found', len(bpy.utils.blend_paths(absolute=True)))"],
      maker.folder,
    )
    // The first round fills the file cache and does not count.
    for (let round = 0; round <= rounds; round++) {
      own.push(await account(process.execPath, [join(import.meta.dirname, 'trace-client.ts'), file], options))
      if ('program' in bat) ofBat.push(await account(bat.program, ['list', '--json', file], options))
      ofBlender.push(await account(alone.command, alone.args, { env: alone.env, signal }))
    }
    const found = Number((own[0] as Cost).stdout)
    if (found !== expected) throw new Error(`Backlot found ${found} of ${expected} files.`)
    const byBat = ofBat[0] === undefined ? undefined : countOfBat(ofBat[0].stdout)
    note(`Blender ${/found \d+/.exec((ofBlender[0] as Cost).stdout)?.[0]} files beside the scene`)

    // Who finds less has not done the same work.
    const peerOf = (): Peer => {
      if ('missing' in bat) return { name: bat.missing, value: null }
      if (byBat !== expected + 1)
        return { name: `BAT ${batVersion} found ${byBat} of ${expected + 1} files`, value: null }
      return { name: `BAT ${batVersion}`, value: cpu(ofBat) }
    }
    const cpu = (costs: readonly Cost[]) => median(costs.slice(1).map((cost) => cost.cpu))
    const measured = (metric: string) => ({ name: 'trace', metric, value: cpu(own), unit: 's' })
    const size = `root + ${libraries} libraries + ${libraries * images} images, written by ${maker.blender.version}; CPU time of the whole process`
    return [
      cheaperThan(measured(size), peerOf(), 10),
      cheaperThan(
        measured('the same'),
        { name: `Blender ${maker.blender.version}, load and blend_paths`, value: cpu(ofBlender) },
        2,
      ),
      atMost(
        {
          name: 'trace',
          metric: 'the same, memory',
          value: median(own.map(({ memory }) => Math.round(memory / 1e6))),
          unit: 'MB',
        },
        150,
      ),
    ]
  } finally {
    await maker.remove()
  }
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
