import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sceneFile } from '@backlot/blendfile/testing/scene-blocks'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runCli } from './testing/run-cli.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'backlot-full-'))
  for (const folder of ['film', 'out']) await mkdir(join(home, folder))
})
afterEach(() => rm(home, { recursive: true, force: true }))

/** No file may become longer than this, which is what a full disk or a quota looks like. In units of 512 bytes. */
const limited = (blocks: number) => (command: readonly string[]) => [
  'sh',
  '-c',
  `ulimit -f ${blocks} && exec "$@"`,
  'sh',
  ...command,
]

describe.skipIf(process.platform === 'win32')('a disk that is full', () => {
  it.each([
    ['zip', 'the archive grows', false],
    ['project', 'a file is copied', false],
    ['zip', 'a .blend is rewritten', true],
  ] as const)('--%s, when %s: says so, and leaves what was there', async (mode, _, isRewritten) => {
    const wood = join(home, 'film/wood.png')
    await writeFile(wood, randomBytes(isRewritten ? 10 : 3_000_000))
    // 2,000 images of 1 KB each are a .blend of 2 MB.
    const images = Array<string>(isRewritten ? 2000 : 1).fill(isRewritten ? wood : '//wood.png')
    await writeFile(join(home, 'film/shot.blend'), sceneFile({ images }))
    const target = join(home, 'out/film.zip')
    if (mode === 'zip') await writeFile(target, 'the archive of yesterday')
    const args = ['pack', join(home, 'film/shot.blend'), `--${mode}`, target, '--json']
    const { code, stdout } = await runCli(home, args, { wrap: limited(2000) })
    const { error } = JSON.parse(stdout) as { error: { code: string; advice: string } }
    expect([code, error.code]).toEqual([1, 'transfer.disk_full'])
    expect(error.advice).toContain('Free space')
    expect(await readdir(join(home, 'out'))).toEqual(mode === 'zip' ? ['film.zip'] : [])
    expect(await yesterdays(target)).toBe(mode === 'zip' ? 'the archive of yesterday' : undefined)
    expect(await readdir(join(home, 'tmp'))).toEqual([])
  })
})

function yesterdays(target: string): Promise<string | undefined> {
  return readFile(target, 'utf8').catch(() => undefined)
}
