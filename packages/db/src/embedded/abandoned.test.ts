import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ownerFile, removeAbandoned } from './abandoned.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backlot-abandoned-'))
})
afterEach(() => rm(folder, { recursive: true }))

const longAgo = new Date('2026-01-01')

async function cluster(name: string, owner: string, since = longAgo): Promise<string> {
  const path = join(folder, 'clusters', name)
  await mkdir(path, { recursive: true })
  await writeFile(join(path, ownerFile), `${owner}\n`)
  await utimes(join(path, ownerFile), since, since)
  return path
}

it('removes what belonged to a temporary folder that is gone, and only names the rest', async () => {
  const temporary = join(folder, 'tmp')
  const alive = join(temporary, 'alive')
  await mkdir(alive, { recursive: true })
  await symlink(join(await cluster('used', alive), 'postgres'), join(alive, 'postgres'))
  await cluster('gone', join(temporary, 'gone'))
  await cluster('replaced', alive)
  await cluster('starting', join(temporary, 'starting'), new Date())
  await cluster('elsewhere', '/mnt/disk-that-is-not-mounted')
  await mkdir(join(folder, 'clusters', 'foreign'))

  const notes: string[] = []
  await removeAbandoned(join(folder, 'clusters'), (line) => notes.push(line), { temporary })
  expect((await readdir(join(folder, 'clusters'))).toSorted()).toEqual(['elsewhere', 'foreign', 'starting', 'used'])
  expect(notes).toEqual([expect.stringContaining('/mnt/disk-that-is-not-mounted')])
})
