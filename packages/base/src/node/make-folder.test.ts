import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { makeFolder } from './make-folder.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'backlot-folder-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

it('makes it with the ones above it, once or at the same time', async () => {
  for (let round = 0; round < 50; round++) {
    const folder = join(home, `${round}/b/c`)
    await Promise.all([
      makeFolder(folder),
      makeFolder(folder),
      makeFolder(join(home, `${round}/b`)),
      makeFolder(folder),
    ])
  }
  await makeFolder(join(home, 'a/b/c'))
  expect((await stat(join(home, 'a/b/c'))).isDirectory()).toBe(true)
  await makeFolder(join(home, 'a/b/c'))
})

it('does not take a file for a folder', async () => {
  await writeFile(join(home, 'file'), '')
  await expect(makeFolder(join(home, 'file'))).rejects.toMatchObject({ code: 'EEXIST' })
  await expect(makeFolder(join(home, 'file/inner'))).rejects.toMatchObject({ code: 'ENOTDIR' })
})

it.skipIf(process.platform !== 'linux')('comes back where nothing can be made', async () => {
  await expect(makeFolder('/proc/backlot/data')).rejects.toMatchObject({ code: 'EACCES' })
})
