import { link, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeBeside } from './write-beside.ts'

let folder = ''
const at = (name: string) => join(folder, name)
const hello = new TextEncoder().encode('hello')

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'blendfile-'))
  await writeFile(at('source'), 'source')
})
afterEach(() => rm(folder, { recursive: true }))

test('the file appears whole, and what the work returns', async () => {
  const result = await writeBeside(at('target'), at('source'), async (sink) => {
    await sink.write(hello)
    expect(await readdir(folder)).not.toContain('target')
    await sink.write(hello)
    return 7
  })
  expect(result).toBe(7)
  expect(await readFile(at('target'), 'utf8')).toBe('hellohello')
  expect((await readdir(folder)).toSorted()).toEqual(['source', 'target'])
})

test('work that fails leaves nothing, and an older target as it was', async () => {
  await writeFile(at('target'), 'older')
  const failing = writeBeside(at('target'), at('source'), async (sink) => {
    await sink.write(hello)
    throw new Error('no more')
  })
  await expect(failing).rejects.toThrow('no more')
  expect((await readdir(folder)).toSorted()).toEqual(['source', 'target'])
  expect(await readFile(at('target'), 'utf8')).toBe('older')
})

test.skipIf(process.platform === 'win32')('the source is no target, whatever it is called', async () => {
  await symlink(at('source'), at('symbolic'))
  await link(at('source'), at('hard'))
  const never = () => Promise.reject(new Error('was started'))
  for (const name of ['source', 'symbolic', 'hard', './source']) {
    await expect(writeBeside(at(name), at('source'), never)).rejects.toMatchObject({ code: 'blend.same_file' })
  }
  expect(await readFile(at('source'), 'utf8')).toBe('source')
})

test('a folder that is not there is an error with the path', async () => {
  const failing = writeBeside(at('none/target'), at('source'), async () => {})
  await expect(failing).rejects.toMatchObject({
    code: 'blend.unwritable',
    details: { path: at('none/target') },
    cause: { code: 'ENOENT' },
  })
})
