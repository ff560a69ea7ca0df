import { mkdir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createInstallation, type Installation } from '@backlot/tests/installation'
import { type SceneMaker, startSceneMaker } from '@backlot/tests/scenes'
import { type Benchmark, type BenchmarkOptions, type BenchmarkResult, cheaperThan, median } from './benchmark.ts'
import { blenderAlone, rendering } from '@backlot/tests/blender-alone'
import { run as runProgram } from './programs.ts'

/**
 * Preview frames of a scene that has something in it: a ground of a million faces, made by modifiers when it is loaded,
 * as sets and characters are. A frame costs 0.8 s of CPU, a process of its own 4.6 s more; every frame shows another image
 * of a sequence.
 */
const picture = { samples: 8, size: 320, terrain: 5 }

export const animation: Benchmark = {
  name: 'animation',
  summary: 'an animation through the whole system on one worker, against Blender alone',
  run,
}

async function run(options: BenchmarkOptions): Promise<BenchmarkResult[]> {
  const frames = options.quick ? 6 : 20
  const rounds = options.quick ? 1 : 3
  const maker = await startSceneMaker()
  const installation = await createInstallation()
  try {
    const { kind, version } = maker.blender
    const blender = `Blender ${version}${kind === 'module' ? ' (bpy module)' : ''}`
    const own: number[] = []
    const together: number[] = []
    // Both have everything in the file cache, and the worker has its Blender: the first round does not count.
    for (let round = 0; round <= rounds; round++) {
      const file = await maker.make('project', { folder: join(maker.folder, `round-${round}`), frames, ...picture })
      const system = await throughSystem(installation, { file, frames, version, round, signal: options.signal })
      const alone = await inOneProcess(maker, { file, frames, round, signal: options.signal })
      options.note(
        `round ${round}: Backlot ${system.seconds.toFixed(2)} s (submitting ${system.submitting.toFixed(2)} s, ` +
          `rendering ${system.rendering.toFixed(2)} s), ${blender} in one process ${alone.toFixed(2)} s`,
      )
      if (round === 0) continue
      own.push(system.seconds)
      together.push(alone)
    }
    const file = join(maker.folder, 'round-0', 'shots', 'scene.blend')
    const apart = await inManyProcesses(maker, { file, frames, round: 0, signal: options.signal })
    const seconds = median(own)
    const size = `${frames} frames of ${(median(together) / frames).toFixed(2)} s`
    const measured = (metric: string) => ({ name: 'animation', metric, value: seconds, unit: 's' })
    return [
      cheaperThan(
        measured(`${size}, submission to last frame downloaded, one worker`),
        { name: `${blender}, all in one process`, value: median(together) },
        1 / 1.1,
      ),
      cheaperThan(measured('the same'), { name: `${blender}, one process per frame`, value: apart }, 3),
    ]
  } finally {
    await installation.remove()
    await maker.remove()
  }
}

interface Work {
  file: string
  frames: number
  round: number
  signal: AbortSignal
}

interface ThroughSystem {
  /** From the command's start until the last frame has its final name. */
  seconds: number
  /** Of these, in Blender's render calls. */
  rendering: number
  /** Of these, before the job was registered: without the start of the command. */
  submitting: number
}

async function throughSystem(installation: Installation, work: Work & { version: string }): Promise<ThroughSystem> {
  const folder = join(installation.folder, `frames-${work.round}`)
  const started = Date.now()
  const args = ['submit', work.file, '--frames', `1-${work.frames}`, '--blender', work.version, '--download', folder]
  const { code, stdout, stderr } = await installation.run([...args, '--json'], {
    timeout: 900_000,
    signal: work.signal,
  })
  if (code !== 0) throw new Error(`The job failed:\n${stdout.slice(-2000)}\n${stderr}`)
  const names = await pictures(folder, work.frames)
  // The time of renaming: the time of writing would be earlier.
  const renamed = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).ctimeMs))
  const ended = JSON.parse(stdout.trimEnd().split('\n').at(-1) as string) as Ended
  return {
    seconds: (Math.max(...renamed) - started) / 1000,
    rendering: sum(ended.frames.map(({ renderSeconds }) => renderSeconds)),
    submitting: sum(ended.stages.map(({ seconds }) => seconds)),
  }
}

/** The last line of `backlot submit --follow --json`. */
interface Ended {
  frames: { renderSeconds: number }[]
  stages: { seconds: number }[]
}

async function inOneProcess({ blender, folder }: SceneMaker, work: Work): Promise<number> {
  const output = join(folder, `alone-${work.round}`)
  await mkdir(output)
  const { command, args, env } = blenderAlone(blender, work.file, rendering(output), folder)
  const { seconds } = await runProgram(command, args, { env, signal: work.signal })
  await pictures(output, work.frames)
  return seconds
}

async function inManyProcesses({ blender, folder }: SceneMaker, work: Work): Promise<number> {
  const output = join(folder, 'apart')
  await mkdir(output)
  let total = 0
  for (let frame = 1; frame <= work.frames; frame++) {
    const { command, args, env } = blenderAlone(blender, work.file, rendering(output, frame), folder)
    total += (await runProgram(command, args, { env, signal: work.signal })).seconds
  }
  await pictures(output, work.frames)
  return total
}

/** Names of the frames in a folder. Throws when they are not all there: nobody is quick by leaving some out. */
async function pictures(folder: string, expected: number): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}\.png$/.test(name))
  if (names.length !== expected) throw new Error(`${folder} has ${names.length} of ${expected} frames`)
  return names
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
