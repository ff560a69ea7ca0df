import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { diskName } from './disk-name.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backlot-name-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

it('leaves a name of characters as it is', () => {
  for (const name of ['wood.png', 'Möbel', '椅子', '😀'.repeat(3)]) expect(diskName(name)).toBe(name)
})

it('gives the disk the bytes of a name that is not UTF-8', async (context) => {
  if (process.platform === 'win32') context.skip('names are UTF-16 there')
  const bytes = Buffer.concat([Buffer.from(`${folder}/😀M`), Buffer.of(0xf6, 0xff), Buffer.from('bel.png')])
  try {
    await writeFile(bytes, 'found')
  } catch {
    context.skip('this file system takes UTF-8 only')
  }
  expect((await stat(diskName(`${folder}/😀M\udcf6\udcffbel.png`))).size).toBe(5)
  expect(await readdir(folder)).toHaveLength(1)
})
