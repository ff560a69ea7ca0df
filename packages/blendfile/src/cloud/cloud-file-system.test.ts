import { describe, expect, it } from 'vitest'
import type { FileStat, FileSystem } from '../file-system.ts'
import { memoryFileSystem } from '../testing/memory-file-system.ts'
import { cloudFileSystem } from './cloud-file-system.ts'
import { placeholderOf } from './placeholder.ts'
import { providerOf } from './provider.ts'

describe('providerOf', () => {
  it.each([
    ['/Users/ada/Library/CloudStorage/OneDrive-Studio/a.blend', 'OneDrive'],
    ['C:\\Users\\ada\\OneDrive - Studio\\film\\a.blend', 'OneDrive'],
    ['/Users/ada/Library/Mobile Documents/com~apple~CloudDocs/a.blend', 'iCloud'],
    ['/home/ada/Dropbox (Studio)/a.blend', 'Dropbox'],
    ['/Users/ada/Library/CloudStorage/GoogleDrive-ada@example.org/My Drive/a.blend', 'Google Drive'],
    ['G:\\My Drive\\a.blend', 'Google Drive'],
    ['/home/ada/Dropboxes/a.blend', undefined],
    ['/home/ada/OneDrive', undefined],
  ])('%s: %s', (path, provider) => expect(providerOf(path)).toBe(provider))
})

describe('placeholderOf', () => {
  const file = (size: number, occupied?: number): FileStat => ({
    kind: 'file',
    size,
    ...(occupied !== undefined && { occupied }),
  })
  it('is a file with a size that occupies nothing, in the folder of a provider', () => {
    expect(placeholderOf('/home/ada/Dropbox/a.png', file(50_000, 0))).toBe('Dropbox')
    expect(placeholderOf('/home/ada/Dropbox/a.png', file(50_000, 53_248))).toBeUndefined()
    expect(placeholderOf('/home/ada/Dropbox/a.png', file(50_000))).toBeUndefined()
    expect(placeholderOf('/home/ada/Dropbox/small.txt', file(300, 0))).toBeUndefined()
    expect(placeholderOf('/home/ada/film/sparse.vdb', file(50_000, 0))).toBeUndefined()
  })
})

describe('cloudFileSystem', () => {
  const disk: FileSystem = memoryFileSystem('posix', {
    '/u/Dropbox/here.png': 'here',
    '/u/Dropbox/away.png': 'x'.repeat(5000),
    '/u/i/.wood.png.icloud': 'plist',
  })
  const inner: FileSystem = {
    ...disk,
    stat: async (path) => {
      const found = await disk.stat(path)
      return found && { ...found, occupied: path.includes('away') ? 0 : 4096 }
    },
  }

  it('tells what is away, and gives stubs the names of their files', async () => {
    const files = cloudFileSystem(inner, async () => {})
    expect(await files.stat('/u/Dropbox/here.png')).toMatchObject({ size: 4 })
    expect((await files.stat('/u/Dropbox/here.png'))?.cloud).toBeUndefined()
    expect(await files.stat('/u/Dropbox/away.png')).toMatchObject({ size: 5000, cloud: 'Dropbox' })
    expect(await files.stat('/u/i/wood.png')).toEqual({ kind: 'file', size: 0, cloud: 'iCloud' })
    expect(await files.list('/u/i')).toEqual(['wood.png'])
    expect(await files.stat('/u/i/none.png')).toBeUndefined()
  })

  it('fetches what is opened, and only what is away', async () => {
    const fetched: string[] = []
    const files = cloudFileSystem(inner, async (path) => void fetched.push(path))
    await files.open('/u/Dropbox/here.png')
    await files.open('/u/Dropbox/away.png')
    expect(fetched).toEqual(['/u/Dropbox/away.png'])
  })

  it('says why a file did not come', async () => {
    const files = cloudFileSystem(inner, async () => {
      throw new Error('it stayed away')
    })
    await expect(files.open('/u/Dropbox/away.png')).rejects.toThrow('it stayed away')
  })
})
