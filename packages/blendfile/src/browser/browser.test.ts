import { ZSTDDecoder } from 'zstddec/stream'
import { describe, expect, onTestFinished, test } from 'vitest'
import { compress, forms } from '../node/testing/compress.ts'
import { layouts, seedFile } from '../testing/seed-files.ts'
import { memorySource } from '../byte-source.ts'
import { BlendFile } from '../file/blend-file.ts'
import { BlendWorkerClient } from './client.ts'
import { droppedFileSystem } from './dropped-file-system.ts'
import type { DroppedEntry, DroppedFile, FolderHandle } from './dropped-files.ts'
import { filesOfDrop, filesOfFolder, filesOfInput } from './dropped-files.ts'
import type { BlendRequest, Port } from './protocol.ts'
import { serveBlendFiles } from './worker.ts'
import { zstdCodecs } from './zstd-codecs.ts'

const codecs = zstdCodecs(new ZSTDDecoder())
const blend = seedFile(layouts[2]!, '//lib.blend')
const blob = (bytes: Uint8Array | string) => new Blob([typeof bytes === 'string' ? bytes : bytes.slice()])

const dropped: readonly DroppedFile[] = [
  { path: 'film/scene.blend', file: blob(blend) },
  { path: 'film/t.1001.png', file: blob('tile') },
  { path: 'film/script.py', file: blob('pass') },
  { path: 'film/seq/a_0001.png', file: blob('one') },
]

describe('what was dropped', () => {
  test('a list of files, with folders or without', () => {
    const named = (name: string, webkitRelativePath?: string) => Object.assign(blob('x'), { name, webkitRelativePath })
    const files = filesOfInput([named('a.blend', ''), named('b.png', 'film/b.png'), named('c.png')])
    expect(files.map(({ path }) => path)).toEqual(['a.blend', 'film/b.png', 'c.png'])
  })

  test('entries, of which a browser gives a few at a time', async () => {
    const file = (name: string): DroppedEntry => ({ isFile: true, name, file: (found) => found(blob(name)) })
    const folder = (name: string, ...entries: DroppedEntry[]): DroppedEntry => ({
      isFile: false,
      name,
      createReader: () => {
        const left = [...entries]
        return { readEntries: (found) => found(left.splice(0, 2)) }
      },
    })
    const item = (entry: DroppedEntry | null, kind = 'file') => ({ kind, webkitGetAsEntry: () => entry })
    const film = folder('film', file('a'), file('b'), folder('seq', file('c')), file('d'))
    const files = await filesOfDrop([item(film), item(file('e.blend')), item(null, 'string')])
    expect(files.map(({ path }) => path)).toEqual(['film/a', 'film/b', 'film/seq/c', 'film/d', 'e.blend'])
  })

  test('leaves out what can not be opened in a folder, and says so of what was dropped itself', async () => {
    const gone: DroppedEntry = {
      isFile: true,
      name: 'gone',
      file: (_found, failed) => failed(new Error('NotFoundError')),
    }
    const there: DroppedEntry = { isFile: true, name: 'there', file: (found) => found(blob('x')) }
    const left = [gone, there]
    const folder: DroppedEntry = {
      isFile: false,
      name: 'film',
      createReader: () => ({ readEntries: (found) => found(left.splice(0)) }),
    }
    const item = (entry: DroppedEntry) => ({ kind: 'file', webkitGetAsEntry: () => entry })
    expect((await filesOfDrop([item(folder)])).map(({ path }) => path)).toEqual(['film/there'])
    await expect(filesOfDrop([item(gone)])).rejects.toMatchObject({ code: 'blend.unreadable' })
  })

  test('a folder that a page may read', async () => {
    const handle = (text: string) => ({ kind: 'file' as const, getFile: async () => blob(text) })
    const folder = (name: string, entries: Record<string, FolderHandle | ReturnType<typeof handle>>): FolderHandle => ({
      kind: 'directory',
      name,
      async *entries() {
        yield* Object.entries(entries)
      },
    })
    const files = await filesOfFolder(
      folder('film', { 'a.txt': handle('aa'), seq: folder('seq', { 'b.txt': handle('b') }) }),
    )
    expect(files.map(({ path }) => path)).toEqual(['film/a.txt', 'film/seq/b.txt'])
    const disk = droppedFileSystem(files)
    expect(await disk.stat('/film/a.txt')).toEqual({ kind: 'file', size: 2 })
  })

  test('is a disk with nothing else on it', async () => {
    const disk = droppedFileSystem(dropped)
    expect(await disk.list('/')).toEqual(['film'])
    expect(await disk.list('/film')).toEqual(['scene.blend', 't.1001.png', 'script.py', 'seq'])
    expect(await disk.stat('/film/seq')).toEqual({ kind: 'directory', size: 0 })
    expect([await disk.stat('/etc/passwd'), await disk.list('/film/none')]).toEqual([undefined, undefined])
    await expect(disk.open('/film/none')).rejects.toMatchObject({ code: 'blend.unreadable' })
  })

  test('may have gone since', async () => {
    const gone = Object.assign(blob('x'), {
      slice: () => ({ arrayBuffer: () => Promise.reject(new Error('NotReadableError')) }),
    })
    const source = await droppedFileSystem([{ path: 'a.blend', file: gone }]).open('/a.blend')
    await expect(source.read(new Uint8Array(1), 0)).rejects.toMatchObject({ code: 'blend.unreadable' })
  })
})

/** Both ends of a real message channel, over which everything is cloned. */
function connected(): { client: BlendWorkerClient; sent: BlendRequest[] } {
  const { port1, port2 } = new MessageChannel()
  const sent: BlendRequest[] = []
  port1.start()
  port2.start()
  onTestFinished(() => port1.close())
  const page: Port = {
    postMessage(message) {
      sent.push(message as BlendRequest)
      port1.postMessage(message)
    },
    addEventListener: (type, listener) => port1.addEventListener(type, (event) => listener(event as MessageEvent)),
  }
  const worker: Port = {
    postMessage: (message) => port2.postMessage(message),
    addEventListener: (type, listener) => port2.addEventListener(type, (event) => listener(event as MessageEvent)),
  }
  serveBlendFiles(worker, codecs)
  return { client: new BlendWorkerClient(page), sent }
}

describe('a worker', () => {
  test('inspects and traces', async () => {
    const { client } = connected()
    expect(await client.inspect(dropped, 'film/scene.blend')).toMatchObject({
      blenderVersion: '4.5',
      activeScene: 'Shot',
    })
    const progress: number[] = []
    const result = await client.trace(dropped, 'film/scene.blend', {
      onProgress: ({ filesRead }) => progress.push(filesRead),
    })
    expect(result.files.map(({ path }) => path)).toEqual([
      '/film/script.py',
      '/film/seq/a_0001.png',
      '/film/t.1001.png',
    ])
    expect(result.missing.map(({ path }) => path)).toContain('/film/lib.blend')
    expect(progress).toEqual([1])
  })

  test('says what is wrong with a file', async () => {
    const { client } = connected()
    const asked = client.inspect([{ path: 'a.blend', file: blob('not a blend') }], 'a.blend')
    await expect(asked).rejects.toMatchObject({ name: 'BlendFileError', code: 'blend.not_a_blend' })
    await expect(client.trace(dropped, 'none')).rejects.toMatchObject({ code: 'blend.unreadable' })
  })

  test('answers several questions at once, and stops with what is no longer wanted', async () => {
    const { client, sent } = connected()
    const abort = new AbortController()
    const cancelled = client.trace(dropped, 'film/scene.blend', { signal: abort.signal })
    const other = client.inspect(dropped, 'film/scene.blend')
    abort.abort(new Error('closed'))
    await expect(cancelled).rejects.toThrow('closed')
    expect(await other).toMatchObject({ linked: 5 })
    expect(sent.map(({ kind }) => kind)).toEqual(['trace', 'inspect', 'cancel'])
    await expect(client.inspect(dropped, 'x', { signal: abort.signal })).rejects.toThrow('closed')
  })
})

test.each(forms.filter((form) => form !== 'gzip-members'))('a browser reads %s', async (form) => {
  const file = await BlendFile.open(memorySource(compress(blend, form)), { codecs })
  expect(await file.nameOf(file.ids[0]!)).toBe('SCShot')
})

test('a damaged frame is refused, of a known size or not', async () => {
  for (const form of ['zstd', 'zstd-bare'] as const) {
    const packed = compress(blend, form).slice()
    packed.fill(0x55, 40, 400)
    await expect(BlendFile.open(memorySource(packed), { codecs })).rejects.toMatchObject({ name: 'BlendFileError' })
  }
})
