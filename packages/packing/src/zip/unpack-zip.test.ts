import { mkdtemp, open, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { unpackZip } from './unpack-zip.ts'
import { prepareEntry, ZipWriter } from './zip-writer.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'backlot-unpack-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

async function archive(entries: Readonly<Record<string, string>>): Promise<string> {
  const path = join(home, 'a.zip')
  const file = await open(path, 'w')
  const writer = new ZipWriter(file)
  for (const [name, content] of Object.entries(entries))
    await writer.addPrepared(await prepareEntry(name, 'deflate', Buffer.from(content)))
  await writer.finish()
  await file.close()
  return path
}

const unpack = (path: string, mostBytes = 1000) => unpackZip(path, join(home, 'out'), { mostBytes })
const refused = (why: string) => ({ code: 'pack.invalid_archive', message: expect.stringContaining(why) as string })

describe('unpackZip', () => {
  it('unpacks folders and files', async () => {
    const seen: number[] = []
    const path = await archive({ 'shots/a.blend': 'scene', 'tex/wood.png': 'wood', empty: '' })
    const onProgress = (done: number) => seen.push(done)
    expect(await unpackZip(path, join(home, 'out'), { mostBytes: 1000, onProgress })).toBe(3)
    expect(await readFile(join(home, 'out/shots/a.blend'), 'utf8')).toBe('scene')
    expect((await readdir(join(home, 'out'), { recursive: true })).toSorted()).toEqual(
      ['empty', 'shots', 'shots/a.blend', 'tex', 'tex/wood.png'].toSorted(),
    )
    expect(seen.at(-1)).toBe(9)
  })

  it.each(['../a', '/a', 'a/../../b', 'C:/a', 'a\\..\\b'])('lets no entry leave the folder: %s', async (name) => {
    await expect(unpack(await archive({ 'fine.txt': 'x', [name]: 'x' }))).rejects.toMatchObject({
      code: 'pack.invalid_archive',
    })
    expect(await readdir(home)).toEqual(['a.zip'])
  })

  it('refuses what would become too large, before it writes', async () => {
    await expect(unpack(await archive({ bomb: 'x'.repeat(100_000) }))).rejects.toMatchObject(refused('larger than'))
    expect(await readdir(home)).toEqual(['a.zip'])
  })

  it('refuses an entry that is larger than it says', async () => {
    const path = await archive({ bomb: 'x'.repeat(900) })
    const bytes = await readFile(path)
    const central = bytes.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]))
    bytes.writeUInt32LE(100, central + 24)
    await writeFile(path, bytes)
    await expect(unpack(path)).rejects.toMatchObject(refused(''))
  })

  it('refuses links, damage and what is no archive', async () => {
    const path = await archive({ link: '/etc/passwd' })
    const bytes = await readFile(path)
    bytes.writeUInt32LE((0o120777 << 16) >>> 0, bytes.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02])) + 38)
    await writeFile(path, bytes)
    await expect(unpack(path)).rejects.toMatchObject(refused('is a link'))
    await truncate(path, 50)
    await expect(unpack(path)).rejects.toMatchObject(refused(''))
    await writeFile(path, 'no archive')
    await expect(unpack(path)).rejects.toMatchObject(refused(''))
  })
})
