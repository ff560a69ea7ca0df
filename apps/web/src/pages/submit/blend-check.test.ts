import type { DroppedFile } from '@backlot/blendfile/browser/dropped-files'
import { serveBlendFiles } from '@backlot/blendfile/browser/worker'
import { webCodecs } from '@backlot/blendfile/codecs'
import { layouts, seedFile } from '@backlot/blendfile/testing/seed-files'
import { ApiError } from '@backlot/contract/client'
import { expect, it, onTestFinished } from 'vitest'
import { BlendCheck } from './blend-check.ts'
import type { BlendWorker } from './start-worker.ts'

const blend = (path: string): DroppedFile => ({
  path,
  file: new File([seedFile(layouts[4]!, '//lib.blend').slice()], path),
})
const other = (path: string): DroppedFile => ({ path, file: new File(['x'], path) })

/** What a worker is, but for the thread: everything goes over a real message channel. */
function channelWorker(): BlendWorker & { ended: boolean } {
  const { port1, port2 } = new MessageChannel()
  const portOf = (port: MessagePort) => ({
    postMessage: (message: unknown) => port.postMessage(message),
    addEventListener: (_type: 'message', listener: (event: { data: unknown }) => void) => {
      port.addEventListener('message', (event) => listener(event as MessageEvent))
      port.start()
    },
  })
  serveBlendFiles(portOf(port2), webCodecs)
  const worker = {
    port: portOf(port1),
    failed: new Promise<never>(() => undefined),
    ended: false,
    end() {
      worker.ended = true
      port1.close()
    },
  }
  onTestFinished(() => worker.end())
  return worker
}

function started() {
  const workers: ReturnType<typeof channelWorker>[] = []
  const check = new BlendCheck(() => {
    const worker = channelWorker()
    workers.push(worker)
    return worker
  })
  const kinds: string[] = []
  check.subscribe(() => kinds.push(check.state().kind))
  return { check, kinds, workers }
}

it('goes from nothing to a checked file, and gives its worker back', async () => {
  const { check, kinds, workers } = started()
  await check.open(Promise.resolve([other('film/wood.png'), blend('film/scene.blend')]))
  expect([...new Set(kinds)]).toEqual(['listing', 'checking', 'checked'])
  expect(check.state()).toMatchObject({
    main: { path: 'film/scene.blend' },
    info: { blenderVersion: '5.0' },
    result: { file: '/film/scene.blend' },
  })
  expect(workers.map(({ ended }) => ended)).toEqual([true])
})

it('looks at another .blend, and stays with it when the folder is dropped again', async () => {
  const { check } = started()
  const files = [blend('film/a.blend'), blend('film/lib/b.blend')]
  await check.open(Promise.resolve(files))
  expect(check.state()).toMatchObject({ main: { path: 'film/a.blend' } })
  await check.choose('film/lib/b.blend')
  expect(check.state()).toMatchObject({ kind: 'checked', main: { path: 'film/lib/b.blend' } })
  await check.open(Promise.resolve(files))
  expect(check.state()).toMatchObject({ main: { path: 'film/lib/b.blend' } })
  await check.choose('film/none.blend')
  expect(check.state()).toMatchObject({ main: { path: 'film/lib/b.blend' } })
})

it('ends at once and forgets all when it is cancelled', async () => {
  const { check, workers } = started()
  const opened = check.open(Promise.resolve([blend('scene.blend')]))
  await Promise.resolve()
  check.clear()
  expect(check.state()).toEqual({ kind: 'empty' })
  await opened
  expect(check.state()).toEqual({ kind: 'empty' })
  expect(workers.every(({ ended }) => ended)).toBe(true)
})

it('shows only what was dropped last, however long the one before takes', async () => {
  const { check } = started()
  const slow = Promise.withResolvers<DroppedFile[]>()
  const first = check.open(slow.promise)
  await check.open(Promise.resolve([blend('new.blend')]))
  slow.resolve([blend('old.blend')])
  await first
  expect(check.state()).toMatchObject({ kind: 'checked', main: { path: 'new.blend' } })
})

it('says that there is no .blend, and what is wrong with one', async () => {
  const { check } = started()
  await check.open(Promise.resolve([other('film/a.png'), other('film/b.png')]))
  expect(check.state()).toMatchObject({ kind: 'no_blend', files: { length: 2 } })
  await check.open(Promise.resolve([other('picture.png')]))
  expect(check.state()).toMatchObject({ kind: 'failed', error: { code: 'blend.not_a_blend' } })
})

it('fails when files can not be listed, and when its worker can not be loaded', async () => {
  const { check } = started()
  await check.open(Promise.reject(new Error('gone')))
  expect(check.state()).toMatchObject({ kind: 'unlisted', error: { message: 'gone' } })

  const away = new ApiError('network.unreachable', 'away')
  const silent = new BlendCheck(() => ({
    port: { postMessage: () => undefined, addEventListener: () => undefined },
    failed: Promise.reject(away),
    end: () => undefined,
  }))
  await silent.open(Promise.resolve([blend('scene.blend')]))
  expect(silent.state()).toMatchObject({ kind: 'failed', error: away })
})
