import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openCopiesFolder } from './copies-folder.ts'

let parent: string
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'backlot-copies-'))
})
afterEach(() => rm(parent, { recursive: true, force: true }))

it('is gone at the end, with what is in it', async () => {
  {
    await using folder = await openCopiesFolder(parent)
    await writeFile(join(folder.path, '0.blend'), 'x')
    expect(await readdir(parent)).toHaveLength(1)
  }
  expect(await readdir(parent)).toEqual([])
})

it('removes what was left a day ago, not what another submission uses, nor anything else', async () => {
  const { path: old } = await openCopiesFolder(parent)
  const { path: used } = await openCopiesFolder(parent)
  await writeFile(join(parent, 'hashes.sqlite'), '')
  await utimes(old, 0, 0)
  await utimes(join(parent, 'hashes.sqlite'), 0, 0)
  await using own = await openCopiesFolder(parent)
  const left = (await readdir(parent)).map((name) => join(parent, name))
  expect(left.toSorted()).toEqual([join(parent, 'hashes.sqlite'), own.path, used].toSorted())
})
