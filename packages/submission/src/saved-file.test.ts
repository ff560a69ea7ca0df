import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { checkIsFile } from './saved-file.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backlot-saved-'))
  await writeFile(join(folder, 'Szene 日本.blend'), 'x')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it('accepts a file', async () => {
  await expect(checkIsFile(join(folder, 'Szene 日本.blend'))).resolves.toBeUndefined()
})

it.each([
  ['is not there', 'nothing.blend'],
  ['goes through a file', 'Szene 日本.blend/inner.blend'],
  ['has a name that is too long', `${'n'.repeat(300)}.blend`],
])('says that there is no file when the path %s', async (_, name) => {
  await expect(checkIsFile(join(folder, name))).rejects.toMatchObject({ code: 'submit.file_not_found' })
})

it('says that a folder is no scene', async () => {
  await expect(checkIsFile(folder)).rejects.toMatchObject({
    code: 'submit.not_a_blend',
    message: expect.stringContaining('is a folder') as string,
  })
})
