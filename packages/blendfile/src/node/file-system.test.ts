import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readBytes } from '../byte-source.ts'
import { nodeFileSystem } from './file-system.ts'

const onPosix = process.platform !== 'win32'
const disk = nodeFileSystem()
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'blendfile-'))
  await writeFile(join(folder, 'a.txt'), 'hello')
})
afterAll(() => rm(folder, { recursive: true }))

test('files and folders', async () => {
  expect(await disk.stat(join(folder, 'a.txt'))).toMatchObject({ kind: 'file', size: 5 })
  expect(await disk.stat(folder)).toMatchObject({ kind: 'directory', size: 0 })
  expect(await disk.stat(join(folder, 'none'))).toBeUndefined()
  expect(await disk.list(folder)).toContain('a.txt')
  expect(await disk.list(join(folder, 'none'))).toBeUndefined()
})

test('bytes of a file, up to its end', async () => {
  const source = await disk.open(join(folder, 'a.txt'))
  expect(source.size).toBe(5)
  expect(new TextDecoder().decode(await readBytes(source, 1, 3))).toBe('ell')
  expect(new TextDecoder().decode(await readBytes(source, 3, 30))).toBe('lo')
  await source.close()
  await source.close()
})

test('what is no file is unreadable', async () => {
  await expect(disk.open(folder)).rejects.toMatchObject({ code: 'blend.unreadable' })
  await expect(disk.open(join(folder, 'none'))).rejects.toMatchObject({ code: 'blend.unreadable' })
})

describe.runIf(onPosix)('on POSIX', () => {
  test('names that are not UTF-8', async () => {
    const name = Buffer.from([0x6d, 0xf6, 0x62, 0x2e, 0x70, 0x6e, 0x67])
    await writeFile(Buffer.concat([Buffer.from(`${folder}/`), name]), 'latin')
    expect(await disk.list(folder)).toContain('m\udcf6b.png')
    expect(await disk.stat(`${folder}/m\udcf6b.png`)).toMatchObject({ kind: 'file', size: 5 })
  })

  test('a folder is the same through links, a circle of links is nothing, a path beyond all limits neither', async () => {
    await symlink(folder, join(folder, 'again'))
    await symlink(join(folder, 'circle'), join(folder, 'circle'))
    const [own, linked] = [await disk.stat(folder), await disk.stat(join(folder, 'again', 'again'))]
    expect(own?.identity).toMatch(/^\d+:\d+$/)
    expect(linked).toEqual(own)
    expect(await disk.stat(join(folder, 'again', 'a.txt'))).toMatchObject({ kind: 'file', size: 5 })
    for (const path of [join(folder, 'circle'), `${folder}${'/long'.repeat(1000)}`, join(folder, 'n'.repeat(300))]) {
      expect(await disk.stat(path)).toBeUndefined()
      expect(await disk.list(path)).toBeUndefined()
    }
  })

  test('a device is nothing that could be read, a link to nowhere neither', async () => {
    expect(await disk.stat('/dev/null')).toBeUndefined()
    await symlink('/nowhere/at/all', join(folder, 'dangling'))
    expect(await disk.stat(join(folder, 'dangling'))).toBeUndefined()
  })
})
