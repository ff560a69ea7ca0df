import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type SceneMaker, startSceneMaker } from '@backlot/tests/scenes'
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
import { account, type Cost } from './programs.ts'

export const trace: Benchmark = {
  name: 'trace',
  summary:
    'the files that scenes need (one of 500 MB, the same in zstd, one of 200 libraries), against BAT and Blender',
  run,
}

/** Runs of each, in turn; their median counts. */
const rounds = 3
const mostMemory = 150

/** A project to trace. */
interface Project {
  file: string
  /** In words. */
  what: string
  /** Files that it needs, without itself. */
  expected: number
  /** How much cheaper it should be than BAT, and than Blender's own load. */
  targets: { bat: number; blender: number }
}

async function run(options: BenchmarkOptions): Promise<BenchmarkResult[]> {
  // BAT 1.23 does not follow into the libraries of 5.0's files.
  const maker = await startSceneMaker(({ version }) => version.startsWith('4.'))
  try {
    const bat = await findBat(options.note)
    const results: BenchmarkResult[] = []
    for (const make of [makeHall, makeShelf]) {
      for (const project of await make(maker, options)) results.push(...(await measure(project, maker, bat, options)))
    }
    return results
  } finally {
    await maker.remove()
  }
}

/** One large file, plain and compressed. An object with its mesh is 18 blocks and 45 KB in 4.5. */
async function makeHall(maker: SceneMaker, { quick, note }: BenchmarkOptions): Promise<Project[]> {
  const [objects, images] = quick ? [1100, 200] : [11_000, 2000]
  note(
    `writing a file of ${objects} objects and ${images} images with Blender ${maker.blender.version}, plain and in zstd`,
  )
  const file = await maker.make('hall', { folder: join(maker.folder, 'hall'), objects, images, side: 21 })
  const packed = file.replace('.blend', '-zstd.blend')
  const megabytes = async (path: string) => Math.round((await stat(path)).size / 1e6)
  return [
    {
      file,
      what: `one file of ${await megabytes(file)} MB, ${images} images`,
      expected: images,
      targets: { bat: 8, blender: 1 },
    },
    {
      file: packed,
      what: `the same in zstd, ${await megabytes(packed)} MB`,
      expected: images,
      targets: { bat: 3, blender: 1 },
    },
  ]
}

/** One of the images of each library is a sequence. */
async function makeShelf(maker: SceneMaker, { quick, note }: BenchmarkOptions): Promise<Project[]> {
  const libraries = quick ? 20 : 200
  const [images, frames] = [5, 11]
  const expected = libraries * (images + frames)
  note(`writing a scene that needs ${expected} files with Blender ${maker.blender.version}`)
  const file = await maker.make('shelf', { folder: join(maker.folder, 'shelf'), libraries, images, frames })
  const what = `root + ${libraries} libraries + ${libraries * images} images, ${expected} files`
  return [{ file, what, expected, targets: { bat: 10, blender: 2 } }]
}

async function measure(
  { file, what, expected, targets }: Project,
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
