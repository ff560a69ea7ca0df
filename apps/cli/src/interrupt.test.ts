import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sceneFile } from '@backlot/blendfile/testing/scene-blocks'
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest'
import { type RunningCli, startCli } from './testing/run-cli.ts'

let home: string
let project: string
let out: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'backlot-interrupt-'))
  ;[project, out] = [join(home, 'film'), join(home, 'out')]
  for (const folder of [project, out]) await mkdir(folder)
})
afterEach(() => rm(home, { recursive: true, force: true }))

/** A scene whose paths have to be rewritten, with something that takes seconds to read: a file of holes. */
async function film(bytes: number): Promise<string> {
  const wood = join(project, 'wood.png')
  await writeFile(wood, 'wood')
  await writeFile(join(project, 'smoke.png'), '')
  await truncate(join(project, 'smoke.png'), bytes)
  const file = join(project, 'shot.blend')
  await writeFile(file, sceneFile({ images: [wood, '//smoke.png'] }))
  return file
}

/** Size, time and, of small files, content of everything below a folder. */
async function stateOf(folder: string): Promise<string[]> {
  const names = (await readdir(folder, { recursive: true })).toSorted()
  return Promise.all(
    names.map(async (name) => {
      const found = await stat(join(folder, name))
      const { size, mtimeMs, mode } = found
      const isSmall = found.isFile() && size < 1e6
      const content = isSmall
        ? createHash('sha256')
            .update(await readFile(join(folder, name)))
            .digest('hex')
        : ''
      return [name, size, mtimeMs, mode, content].join(' ')
    }),
  )
}

async function until(running: RunningCli, isReached: () => Promise<boolean>): Promise<void> {
  const ended = running.ended.then(({ stdout, stderr }) => {
    throw new Error(`it ended before: ${stdout} ${stderr}`)
  })
  ended.catch(() => {})
  while (!(await isReached())) await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 5))])
}

const partIn = async (folder: string, ending = '.part') => (await readdir(folder)).find((name) => name.endsWith(ending))
const sizeOf = (path: string) =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  )

/** Moments at which a person may have enough, by what stands on the disk then. */
const moments: Record<string, { mode: 'zip' | 'project'; isReached: () => Promise<boolean> }> = {
  'an archive, when it is traced': {
    mode: 'zip',
    isReached: async () => (await sizeOf(join(home, 'cache/hashes.sqlite'))) > 0,
  },
  'an archive, when its first bytes stand there': {
    mode: 'zip',
    isReached: async () => (await partIn(out)) !== undefined,
  },
  'an archive, in the middle of a file': {
    mode: 'zip',
    isReached: async () => (await sizeOf(join(out, (await partIn(out)) ?? 'none'))) > 300_000,
  },
  'a folder, when it is traced': {
    mode: 'project',
    isReached: async () => (await sizeOf(join(home, 'cache/hashes.sqlite'))) > 0,
  },
  'a folder, when it is hashed': {
    mode: 'project',
    isReached: async () => (await partIn(out, '.rewritten')) !== undefined,
  },
  'a folder, in the middle of a file': {
    mode: 'project',
    isReached: async () => (await sizeOf(join(out, (await partIn(out)) ?? 'none', 'smoke.png'))) > 8_000_000,
  },
}

describe.skipIf(process.platform === 'win32')('pack', () => {
  it.each([
    ...Object.keys(moments).map((moment) => ['SIGINT', moment] as const),
    ['SIGTERM', 'an archive, in the middle of a file'] as const,
    ['SIGTERM', 'a folder, when it is hashed'] as const,
  ])('%s ends %s, and nothing is left of it', async (signal, moment) => {
    const { mode, isReached } = moments[moment] as (typeof moments)[string]
    const file = await film(mode === 'zip' ? 2 ** 31 : 2 ** 29)
    const before = await stateOf(project)
    const target = join(out, mode === 'zip' ? 'film.zip' : 'film')
    if (mode === 'zip') await writeFile(target, 'the archive of yesterday')
    const running = await startCli(home, ['pack', file, `--${mode}`, target, '--json'])
    await until(running, isReached)
    running.child.kill(signal)
    const { code, stdout } = await running.ended
    expect([code, JSON.parse(stdout)]).toMatchObject([130, { error: { code: 'cli.interrupted' } }])
    expect(await readdir(out)).toEqual(mode === 'zip' ? ['film.zip'] : [])
    expect(await yesterdays(target)).toBe(mode === 'zip' ? 'the archive of yesterday' : undefined)
    expect(await readdir(join(home, 'tmp'))).toEqual([])
    expect(await stateOf(project)).toEqual(before)
  })
})

describe('trace', () => {
  it('ends when a person presses Ctrl-C while a library comes from a cloud', async (context) => {
    // A file that occupies nothing, in a folder of that name, is a stand-in; to fetch it is to read it: minutes.
    const cloud = join(project, 'Dropbox')
    await mkdir(cloud)
    await writeFile(join(cloud, 'tree.blend'), '')
    await truncate(join(cloud, 'tree.blend'), 2 ** 40)
    const file = join(project, 'shot.blend')
    await writeFile(file, sceneFile({ images: ['//none.png'], libraries: { '//Dropbox/tree.blend': ['IMleaf'] } }))
    const before = await stateOf(project)
    const running = await startCli(home, ['trace', file], { wrap: (command) => onTerminal(context, command) })
    await until(running, async () => running.stdout().includes('Fetching tree.blend from the cloud'))
    running.child.stdin?.write('\u0003')
    const { code, stdout } = await running.ended
    expect(code).toBe(130)
    expect(stdout).toContain('Interrupted.')
    expect(await readdir(join(home, 'tmp'))).toEqual([])
    expect(await stateOf(project)).toEqual(before)
  })
})

/** A program that runs another one on a terminal of its own, as util-linux has it. */
function onTerminal(context: TestContext, command: readonly string[]): string[] {
  try {
    if (!execFileSync('script', ['--version'], { encoding: 'utf8' }).includes('util-linux'))
      throw new Error('another one')
  } catch {
    context.skip('no `script` of util-linux on this machine, which gives a program a terminal')
  }
  const quoted = command.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ')
  return ['script', '--quiet', '--return', '--command', quoted, '/dev/null']
}

function yesterdays(target: string): Promise<string | undefined> {
  return readFile(target, 'utf8').catch(() => undefined)
}
