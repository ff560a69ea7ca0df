import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { constants, createGzip } from 'node:zlib'
import { messageOf } from '@backlot/base/errors'
import { batVersion, findBat } from './bat.ts'
import {
  type Benchmark,
  type BenchmarkOptions,
  type BenchmarkResult,
  cheaperThan,
  median,
  type Peer,
  told,
} from './benchmark.ts'
import { blenderAlone } from '@backlot/tests/blender-alone'
import { checkPack, checkSeekTable, type Needs, needsOf, unpack } from './check-pack.ts'
import { account, type Cost, run as runProgram, temporaryFolder } from './programs.ts'
import type { Project } from './projects.ts'
import { measureStoring } from './storing.ts'

export const pack: Benchmark = {
  name: 'pack',
  summary: 'projects into ZIP archives, and with all paths rewritten, against BAT; storing against Python’s zipfile',
  run,
}

/** Runs of Backlot; their median counts. BAT takes minutes: one run. */
const rounds = 3

type Bat = Awaited<ReturnType<typeof findBat>>

/** Where packs are put; removed in between. */
interface Bench {
  bat: Bat
  folder: string
  options: BenchmarkOptions
}

/** How a project is packed. */
interface Task {
  project: Project
  /** Project root: what lies outside has its path rewritten. */
  root: string
  mode: 'zip' | 'project'
}

async function run(options: BenchmarkOptions): Promise<BenchmarkResult[]> {
  const { projects } = options
  const hall = await projects.hall()
  const shelf = await projects.shelf()
  await using scratch = await temporaryFolder('backlot-pack-')
  const bench = { bat: await findBat(options.note), folder: scratch.path, options }
  const gzip = { ...hall, file: hall.file.replace('.blend', '-gzip.blend') }
  await pipeline(
    createReadStream(hall.file),
    createGzip({ level: constants.Z_BEST_SPEED }),
    createWriteStream(gzip.file),
  )
  return [
    ...(await measureZip(bench, hall)),
    ...(await measureZip(bench, shelf)),
    ...(await measureStoring(options)),
    ...(await measureRewriting(bench, { ...hall, file: hall.zstd }, 'zstd', 20)),
    ...(await measureRewriting(bench, gzip, 'gzip', undefined)),
    ...(await measureAgain(bench, shelf)),
  ]
}

/** A project as it is into an archive: wall time, as several threads work at it. */
async function measureZip(bench: Bench, project: Project): Promise<BenchmarkResult[]> {
  const task: Task = { project, root: project.folder, mode: 'zip' }
  const original = await needsOf(project.file, project.folder)
  const own = await costsOfOwn(bench, task, original)
  const bat = await costOfBat(bench, task, original)
  const metric = `${project.what}, to ZIP`
  return [
    cheaperThan(measured(metric, 's', own, 'seconds'), peerOf(bat, 'seconds'), 3),
    told(measured('the same, CPU time', 's', own, 'cpu'), peerOf(bat, 'cpu')),
    told(measured('the same, memory', 'MB', own, 'memory'), peerOf(bat, 'memory')),
  ]
}

/** A scene alone in its project, so that the paths of all its pictures are rewritten. */
async function measureRewriting(
  bench: Bench,
  project: Project,
  compression: string,
  times: number | undefined,
): Promise<BenchmarkResult[]> {
  const task: Task = { project, root: dirname(project.file), mode: 'project' }
  const original = await needsOf(project.file, project.folder)
  const own = await costsOfOwn(bench, task, original, async (file) => {
    if (compression === 'zstd') await checkSeekTable(file)
    await checkInBlender(bench, file)
  })
  const bat = await costOfBat(bench, task, original)
  const cpu = measured(`${project.expected} paths rewritten in the scene of ${compression}, CPU time`, 's', own, 'cpu')
  const memory = told(measured('the same, memory', 'MB', own, 'memory'), peerOf(bat, 'memory'))
  const peer = peerOf(bat, 'cpu')
  return [times === undefined ? told(cpu, peer) : cheaperThan(cpu, peer, times), memory]
}

/** A folder with its manifest, and again when hashes of all files are known. */
async function measureAgain(bench: Bench, project: Project): Promise<BenchmarkResult[]> {
  const task: Task = { project, root: project.folder, mode: 'project' }
  const original = await needsOf(project.file, project.folder)
  const first: Cost[] = []
  const again: Cost[] = []
  for (let round = 0; round < rounds; round++) {
    await rm(hashesOf(bench), { force: true })
    first.push(await packOnce(bench, task, original))
    again.push(await packOnce(bench, task, original))
  }
  const name = `${project.what}, into a folder with a manifest, CPU time`
  return [
    told(measured(name, 's', first, 'cpu')),
    told(measured('the same again, nothing changed', 's', again, 'cpu'), {
      name: 'the first time',
      value: median(first.map(({ cpu }) => cpu)),
    }),
  ]
}

/** The first round fills the file cache and does not count; its result is checked. */
async function costsOfOwn(
  bench: Bench,
  task: Task,
  original: Needs,
  check?: (file: string) => Promise<void>,
): Promise<Cost[]> {
  const costs: Cost[] = []
  for (let round = 0; round <= rounds; round++) {
    await rm(hashesOf(bench), { force: true })
    costs.push(await packOnce(bench, task, original, check))
  }
  const last = costs.slice(1)
  bench.options.note(`${task.project.what}, ${task.mode}: ${median(last.map(({ seconds }) => seconds)).toFixed(2)} s`)
  return last
}

async function packOnce(
  bench: Bench,
  { project, root, mode }: Task,
  original: Needs,
  check?: (file: string) => Promise<void>,
): Promise<Cost> {
  const { folder, options } = bench
  const out = join(folder, mode === 'zip' ? 'own.zip' : 'own')
  const client = join(import.meta.dirname, 'pack-client.ts')
  const args = [client, project.file, root, mode, out, hashesOf(bench)]
  const cost = await account(process.execPath, args, { signal: options.signal })
  await withUnpacked(bench, mode, out, async (unpacked) => {
    const main = join(unpacked, cost.stdout)
    await checkPack(main, unpacked, original)
    await check?.(main)
  })
  return cost
}

/** What it took, or why it did not do the same work. */
async function costOfBat(bench: Bench, { project, root, mode }: Task, original: Needs): Promise<Cost | string> {
  const { bat, folder, options } = bench
  if ('missing' in bat) return bat.missing
  const out = join(folder, mode === 'zip' ? 'bat.zip' : 'bat')
  options.note(`${project.what}, ${mode}: BAT ${batVersion} …`)
  const args = ['pack', '--project', root, project.file, out]
  const cost = await account(bat.program, args, { signal: options.signal })
  try {
    await withUnpacked(bench, mode, out, (unpacked) =>
      checkPack(join(unpacked, relative(root, project.file)), unpacked, original),
    )
  } catch (error) {
    options.signal.throwIfAborted()
    return `BAT ${batVersion}, whose pack is not whole (${messageOf(error)})`
  }
  return cost
}

/** Removes the pack at the end. */
async function withUnpacked(
  { folder, options }: Bench,
  mode: Task['mode'],
  out: string,
  work: (unpacked: string) => Promise<void>,
): Promise<void> {
  const unpacked = mode === 'zip' ? join(folder, 'unpacked') : out
  try {
    if (mode === 'zip') {
      await mkdir(unpacked)
      await unpack(out, unpacked, options.signal)
    }
    await work(unpacked)
  } finally {
    for (const made of [out, unpacked]) await rm(made, { recursive: true, force: true })
  }
}

/** Blender opens it, and finds every file. */
async function checkInBlender({ folder, options }: Bench, file: string): Promise<void> {
  const { blender } = await options.projects.maker()
  const lines = [
    'import os',
    'paths = bpy.utils.blend_paths(absolute=True)',
    'missing = [path for path in paths if not os.path.exists(path)]',
    'assert paths and not missing, missing[:3]',
  ]
  const { command, args, env } = blenderAlone(blender, file, lines, folder)
  await runProgram(command, args, { env, signal: options.signal })
}

function hashesOf({ folder }: Bench): string {
  return join(folder, 'hashes.sqlite')
}

const scale = { seconds: 1, cpu: 1, memory: 1e-6 }

function measured(metric: string, unit: string, costs: readonly Cost[], what: keyof typeof scale) {
  return { name: 'pack', metric, value: median(costs.map((cost) => cost[what] * scale[what])), unit }
}

function peerOf(bat: Cost | string, what: keyof typeof scale): Peer {
  if (typeof bat === 'string') return { name: bat, value: null }
  return { name: `BAT ${batVersion}`, value: bat[what] * scale[what] }
}
