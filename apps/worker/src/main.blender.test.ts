import { mkdir, readdir, readFile, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Farm, startFarm } from './testing/farm.ts'
import { childrenOf, lives, mountSmallDisk, startWorkerProcess, type WorkerProcess } from './testing/worker-process.ts'

let farm: Farm
let plain: string
let endless: string
const started: WorkerProcess[] = []
beforeAll(async () => {
  farm = await startFarm()
  plain = await farm.scene('plain')
  endless = await farm.scene('endless')
})
afterEach(async () => {
  for (const { child, exited } of started.splice(0)) {
    child.kill('SIGKILL')
    await exited
  }
  await farm.reset()
})
afterAll(() => farm.stop())

async function start(name: string, env: Record<string, string> = {}): Promise<WorkerProcess> {
  const worker = startWorkerProcess({
    BACKLOT_SERVER: farm.server.url,
    BACKLOT_WORKER_TOKEN: 'bkw_test',
    BACKLOT_WORKER_DATA: join(farm.folder, name),
    BACKLOT_CACHE: join(farm.folder, 'cache'),
    BACKLOT_BLENDER: farm.blender.path,
    ...env,
  })
  started.push(worker)
  await worker.ready.catch(() => undefined)
  return worker
}
const pidOf = (worker: WorkerProcess) => worker.child.pid as number
const opened = () => farm.until('rendering', () => farm.server.logs.some((line) => line.includes('Opened scene.blend')))
const results = (count: number) => farm.until(`${count} results`, () => farm.server.results.length >= count)
/** Temporary folders of its Blenders. */
const temporary = (name: string) => readdir(join(farm.folder, name, 'temp'))
const ids = () => farm.server.calls.map(({ id }) => id)

describe('the worker process', () => {
  it('says that it is ready, works, and ends on SIGTERM without leaving anything', async () => {
    const worker = await start('term', { BACKLOT_WORKER_DRAIN_SECONDS: '60' })
    expect(await worker.ready).toMatchObject({ ready: true })
    farm.server.queue = [farm.lease(plain, [1, 2])]
    await farm.until('a frame', () => farm.server.frames.length > 0)
    const blenders = await childrenOf(pidOf(worker))
    expect(blenders.length).toBeGreaterThan(0)
    worker.child.kill('SIGTERM')
    expect(await worker.exited).toEqual({ code: 0, signal: null })
    expect(farm.server.results.map(({ result }) => result.state)).toEqual(['completed'])
    expect(ids()).toContain('goOffline')
    for (const pid of blenders) expect(await lives(pid)).toBe(false)
    expect(await farm.leftovers('term')).toEqual([])
    expect(await temporary('term')).toEqual([])
  })

  it('ends at once at the second SIGINT and gives back what it renders', async () => {
    farm.server.queue = [farm.lease(endless, [1])]
    const worker = await start('int')
    await opened()
    worker.child.kill('SIGINT')
    await farm.until('draining', () => worker.log.some(({ msg }) => msg === 'draining'))
    worker.child.kill('SIGINT')
    expect(await worker.exited).toEqual({ code: 0, signal: null })
    expect(farm.server.results.map(({ result }) => result.state)).toEqual(['released'])
  })

  it('ends when its parent is gone', async () => {
    farm.server.queue = [farm.lease(endless, [1])]
    const worker = await start('orphan', { BACKLOT_END_WITH_PARENT: '1' })
    await opened()
    worker.child.stdin?.destroy()
    expect(await worker.exited).toEqual({ code: 0, signal: null })
    expect(farm.server.results.map(({ result }) => result.state)).toEqual(['released'])
  })

  it('killed in a frame: its Blender ends too, the next start cleans up and gives its leases back first', async () => {
    farm.server.queue = [farm.lease(endless, [1])]
    const worker = await start('killed')
    await opened()
    const blenders = await childrenOf(pidOf(worker))
    worker.child.kill('SIGKILL')
    await worker.exited
    await expect
      .poll(async () => (await Promise.all(blenders.map(lives))).includes(true), { timeout: 10_000 })
      .toBe(false)
    expect(await farm.leftovers('killed')).not.toEqual([])
    const left = await temporary('killed')
    expect(left).not.toEqual([])
    farm.server.calls.length = 0
    farm.server.queue = [farm.lease(plain, [1])]
    await start('killed')
    await results(1)
    expect(ids().slice(0, 3)).toEqual(['workerToken', 'goOffline', 'workerHello'])
    expect(farm.server.results[0]?.result.state).toBe('completed')
    expect(await farm.leftovers('killed')).toEqual([])
    expect((await temporary('killed')).filter((name) => left.includes(name))).toEqual([])
  })

  it('tells a crash of Blender, keeps its crash log, and goes on with another one', async () => {
    farm.server.queue = [farm.lease(endless, [1]), farm.lease(plain, [1])]
    const worker = await start('crash')
    await opened()
    await new Promise((resolve) => setTimeout(resolve, 500))
    // Which of them renders is not known from outside: a spare that goes is replaced.
    for (const pid of await childrenOf(pidOf(worker))) process.kill(pid, 'SIGSEGV')
    await results(2)
    expect(farm.server.results[0]?.result).toMatchObject({ state: 'failed', cause: 'crash', code: 'render.crashed' })
    expect(farm.server.results[1]?.result).toMatchObject({ state: 'completed' })
    const kept = farm.server.logs.find((line) => line.includes('crash log is kept'))
    const [, path = ''] = /worker: (.*)\. Its end:$/.exec(kept ?? '') ?? []
    const text = await readFile(path, 'utf8')
    expect(text).toContain('Read blend')
    expect(farm.server.logs).toContain(text.trimEnd().split('\n').at(-1))
  })

  it('refuses to run twice in one folder, and says what is wrong with its environment', async () => {
    await start('twice')
    const second = await start('twice')
    expect(await second.exited).toMatchObject({ code: 1 })
    expect(second.log.at(-1)).toMatchObject({ level: 'fatal', code: 'host.already_running' })
    const wrong = await start('wrong', { BACKLOT_WORKER_SLOTS: 'many' })
    expect(await wrong.exited).toMatchObject({ code: 1 })
    expect(wrong.log.at(-1)).toMatchObject({ level: 'fatal', code: 'cli.usage' })
  })

  it('fails with disk_full while the disk is full, and works again when it is not', async ({ skip }) => {
    const folder = join(farm.folder, 'small')
    await mkdir(folder)
    const disk = await mountSmallDisk(folder, '32m')
    if (typeof disk === 'string') return skip(disk)
    try {
      await start('small')
      farm.server.queue = [farm.lease(plain, [1])]
      await results(1)
      const { bavail, bsize } = await statfs(folder)
      await writeFile(join(folder, 'filler'), Buffer.alloc(bavail * bsize - 300_000))
      farm.server.queue = [farm.lease(plain, [2])]
      await results(2)
      await rm(join(folder, 'filler'))
      farm.server.queue = [farm.lease(plain, [3])]
      await results(3)
      expect(farm.server.results.map(({ result }) => result)).toMatchObject([
        { state: 'completed' },
        { state: 'failed', cause: 'disk_full', code: 'render.disk_full' },
        { state: 'completed' },
      ])
    } finally {
      for (const { child, exited } of started.splice(0)) {
        child.kill('SIGKILL')
        await exited
      }
      await disk.unmount()
    }
  })
})
