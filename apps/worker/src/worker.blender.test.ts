import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { sleep } from '@backlot/base/wait'
import { findLauncher } from '@backlot/blender/no-network'
import type { Lease } from '@backlot/contract/schemas/farm'
import { type Farm, startFarm } from './testing/farm.ts'
import { processesWith } from './testing/worker-process.ts'

let farm: Farm
let plain: string
beforeAll(async () => {
  farm = await startFarm()
  plain = await farm.scene('plain')
})
afterEach(() => farm.reset())
afterAll(() => farm.stop())

const finished = (count: number) => farm.until(`${count} results`, () => farm.server.results.length >= count)
const states = () => farm.server.results.map(({ result }) => result.state)

describe('a worker', () => {
  it('renders frames, sends them with thumbnails and facts, and leaves nothing behind', async () => {
    const { server } = farm
    server.queue = [farm.lease(plain, [1, 2, 3])]
    await farm.worker()
    await finished(1)
    expect(states()).toEqual(['completed'])
    expect(server.frames.map(({ frame }) => frame).toSorted()).toEqual([1, 2, 3])
    for (const frame of server.frames) {
      expect(frame).toMatchObject({ blender: farm.blender.version, engine: 'cycles', samples: 4, warnings: [] })
      expect(frame.device).toMatch(/^CPU /)
      expect(frame.name).toBe(`000${frame.frame}.png`)
      expect(server.blobs.get(frame.sha256)?.length).toBe(frame.size)
      expect(
        server.blobs
          .get(frame.thumbnail ?? '')
          ?.subarray(0, 3)
          .toString('hex'),
      ).toBe('ffd8ff')
    }
    expect(server.logs.some((line) => line.includes('Opened scene.blend'))).toBe(true)
    expect(await farm.leftovers()).toEqual([])
  })

  it('keeps the scene warm between tasks of a job, with hardly a gap', async () => {
    const jobId = crypto.randomUUID()
    farm.server.queue = Array.from({ length: 12 }, (_, index) => farm.lease(plain, [index + 1], { jobId }))
    await farm.worker()
    await finished(12)
    expect(new Set(farm.server.frames.map(({ frame }) => frame)).size).toBe(12)
    expect(farm.server.logs.filter((line) => line.includes('Opened scene.blend'))).toHaveLength(1)
    const gaps = farm.entries.flatMap(({ idle_gap_ms }) => (typeof idle_gap_ms === 'number' ? [idle_gap_ms] : []))
    expect(gaps).toHaveLength(11)
  })

  it('takes a process for each task alone when it shall not keep the scene', async () => {
    const jobId = crypto.randomUUID()
    farm.server.queue = [1, 2].map((frame) => farm.lease(plain, [frame], { jobId, render: { warm: false } }))
    await farm.worker()
    await finished(2)
    expect(states()).toEqual(['completed', 'completed'])
    expect(farm.server.logs.filter((line) => line.includes('Opened scene.blend'))).toHaveLength(2)
  })

  it.each([
    ['has done so many tasks', { BACKLOT_WORKER_RECYCLE_TASKS: '2' }, 2],
    ['holds more memory than it may', { BACKLOT_WORKER_MEMORY_MIB: '1' }, 4],
  ])('takes another process when one %s', async (_, settings, processes) => {
    const jobId = crypto.randomUUID()
    farm.server.queue = [1, 2, 3, 4].map((frame) => farm.lease(plain, [frame], { jobId }))
    await farm.worker('worker', settings)
    await finished(4)
    expect(states()).toEqual(Array.from({ length: 4 }, () => 'completed'))
    expect(farm.server.logs.filter((line) => line.includes('Opened scene.blend'))).toHaveLength(processes)
    expect(farm.entries.filter(({ msg }) => msg === 'this Blender is replaced')).toHaveLength(processes)
  })

  it('makes the contact sheet and the video', async () => {
    const { server } = farm
    server.queue = [farm.lease(plain, [1, 2, 3, 4])]
    await farm.worker()
    await finished(1)
    const inputs = server.frames.map(({ frame, name, sha256, size, colour, samples }) => ({
      frame,
      name,
      sha256,
      size,
      colour,
      samples,
    }))
    const jobId = crypto.randomUUID()
    server.queue = [
      farm.lease(plain, [], { jobId, step: 'contact_sheet', parameters: {}, inputs }),
      farm.lease(plain, [], { jobId, step: 'encode_video', parameters: { fps: 24 }, inputs }),
    ]
    await finished(3)
    expect(states()).toEqual(['completed', 'completed', 'completed'])
    expect(server.outputs.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'contact_sheet contact-sheet.png',
      'video preview.mp4',
    ])
    const [sheet, video] = server.outputs.map(({ sha256 }) => server.blobs.get(sha256))
    expect(sheet?.subarray(1, 4).toString()).toBe('PNG')
    expect(video?.subarray(4, 8).toString()).toBe('ftyp')
  })

  it('works in several slots at once', async () => {
    farm.server.queue = [1, 2, 3, 4].map((frame) => farm.lease(plain, [frame]))
    await farm.worker('two', { BACKLOT_WORKER_SLOTS: '2' })
    await finished(4)
    expect(farm.server.calls.find(({ id }) => id === 'lease')?.body).toEqual({ slots: 1 })
    expect(states()).toEqual(Array.from({ length: 4 }, () => 'completed'))
  })
})

describe('uploads', () => {
  it.each([
    [true, 'while the next frame renders'],
    [false, 'before the next frame is begun'],
  ])('with uploadWhileRendering %s a frame travels %s', async (uploadWhileRendering) => {
    const { server } = farm
    let begun: string[] | undefined
    server.before = async (id) => {
      if (id !== 'frameDone' || begun !== undefined) return
      await sleep(1500) // the next frame of 64 × 64 pixels takes 0.1 s
      begun = (await farm.leftovers()).filter((path) => path.endsWith('0002.png'))
    }
    // The last frame is reported with the end: of three, the first two are told on their own.
    server.queue = [farm.lease(plain, [1, 2, 3], { render: { uploadWhileRendering } })]
    await farm.worker()
    await finished(1)
    expect(states()).toEqual(['completed'])
    expect(begun).toHaveLength(uploadWhileRendering ? 1 : 0)
  })
})

describe('what Blender says of a frame', () => {
  it('says how a frame of scene light is to be shown', async () => {
    farm.server.queue = [farm.lease(await farm.scene('bright'), [1]), farm.lease(plain, [1])]
    await farm.worker()
    await finished(2)
    const [bright, picture] = farm.server.frames
    expect(bright?.colour).toMatchObject({ transform: 'Standard', exposure: 2 })
    expect(picture?.colour).toBe(null)
  })

  it('warns of a picture on which nothing can be seen', async () => {
    const dark = await farm.scene('dark')
    const film = await farm.scene('film')
    farm.server.queue = [farm.lease(dark, [1]), farm.lease(film, [1])]
    await farm.worker()
    await finished(2)
    expect(farm.server.frames.map(({ warnings }) => warnings)).toEqual([['black'], ['transparent']])
  })

  it('takes no picture of which every pixel is infinite or no number, and names the layer', async () => {
    const layers = { format: 'OPEN_EXR_MULTILAYER' }
    farm.server.queue = [
      farm.lease(await farm.scene('infinite'), [1]),
      farm.lease(await farm.scene('no_numbers'), [1], { render: layers }),
    ]
    await farm.worker()
    await finished(2)
    const [picture, layer] = farm.server.results.map(({ result }) => result)
    expect(picture).toMatchObject({ state: 'failed', cause: 'bad_output', code: 'render.bad_output', frame: 1 })
    expect(layer).toMatchObject({ state: 'failed', cause: 'bad_output', code: 'render.bad_output', frame: 1 })
    expect(layer).toMatchObject({ message: expect.stringContaining('every pixel of the layer Composite is') })
    expect(farm.server.frames).toEqual([])
  })

  it('takes the size of a picture as it is when a border crops it, and rounds percentages as Blender does', async () => {
    const cropped = await farm.scene('cropped')
    const render = { width: 100, height: 50, percentage: 29 }
    farm.server.queue = [farm.lease(cropped, [1]), farm.lease(plain, [1], { render })]
    await farm.worker()
    await finished(2)
    expect(states()).toEqual(['completed', 'completed'])
  })
})

describe('failures of the scene', () => {
  const cases: [string, Parameters<Farm['scene']>[0], Record<string, unknown>, object][] = [
    ['no camera', 'no_camera', {}, { cause: 'scene', code: 'render.no_camera', frame: 1 }],
    ['a failing script', 'script', { allowScripts: true }, { cause: 'script', code: 'render.script_error' }],
    ['a file for each view', 'views_apart', {}, { cause: 'scene', code: 'render.views_apart' }],
    ['a missing texture', 'missing', {}, { cause: 'missing_asset', code: 'render.missing_asset' }],
  ]
  it.each(cases)('tells %s with its cause and code', async (_, kind, render, expected) => {
    farm.server.queue = [farm.lease(await farm.scene(kind), [1], { render })]
    await farm.worker()
    await finished(1)
    expect(farm.server.results[0]?.result).toMatchObject({ state: 'failed', ...expected })
    expect(await farm.leftovers()).toEqual([])
  })

  it('renders all the same when missing files were accepted', async () => {
    farm.server.queue = [farm.lease(await farm.scene('missing'), [1], { render: { ignoreErrors: true } })]
    await farm.worker()
    await finished(1)
    expect(states()).toEqual(['completed'])
    expect(farm.server.logs.some((line) => line.startsWith('Missing: '))).toBe(true)
  })

  it('tells a tree that is not there, and a Blender that is too old, and goes on with the next task', async () => {
    farm.server.queue = [
      farm.lease('0'.repeat(64), [1]),
      farm.lease(plain, [1], { fileVersion: 9999 }),
      farm.lease(plain, [1]),
    ]
    await farm.worker('worker', { BACKLOT_WORKER_INSTALL: 'no' })
    await finished(3)
    expect(farm.server.results.map(({ result }) => (result.state === 'failed' ? result.code : result.state))).toEqual([
      'render.missing_asset',
      'render.no_blender',
      'completed',
    ])
  })
})

describe('scripts of a scene', () => {
  it("do not reach another job's render, and leave no process behind", async () => {
    const [owner, stranger] = [crypto.randomUUID(), crypto.randomUUID()]
    const script = `if scene.frame_current > 1: raise ValueError('still here')`
    const first = await farm.scene('script', script)
    const daemon = `subprocess.Popen(['sleep', '7654'], start_new_session=True)`
    const second = await farm.scene('script', daemon)
    const render = { allowScripts: true }
    farm.server.queue = [
      farm.lease(first, [1], { jobId: owner, render }),
      farm.lease(plain, [2], { jobId: stranger }),
      farm.lease(second, [1], { render }),
    ]
    const worker = await farm.worker()
    await finished(3)
    expect(states()).toEqual(['completed', 'completed', 'completed'])
    await worker.drain(0)
    expect(await processesWith('7654')).toEqual([])
  })

  it('are told from a crash when they end Blender, and from a scene when they need too much memory', async () => {
    const render = { allowScripts: true }
    const leaving = await farm.scene('script', 'sys.exit(0)')
    const limit = 'resource.setrlimit(resource.RLIMIT_AS, (6 * 1024 ** 3, resource.RLIM_INFINITY))'
    const greedy = await farm.scene('script', `import resource; ${limit}; bytearray(8 * 1024 ** 3)`)
    farm.server.queue = [farm.lease(leaving, [1], { render }), farm.lease(greedy, [1], { render })]
    await farm.worker()
    await finished(2)
    expect(farm.server.results.map(({ result }) => result)).toMatchObject([
      { state: 'failed', cause: 'script', code: 'render.script_error' },
      { state: 'failed', cause: 'out_of_memory', code: 'render.out_of_memory' },
    ])
  })
})

describe('the network', () => {
  let listener: Server
  let callers = 0
  beforeAll(async () => {
    listener = createServer((socket) => void (callers++, socket.destroy())).listen(0, '127.0.0.1')
    await once(listener, 'listening')
  })
  afterAll(() => listener.close())

  async function call(network: string): Promise<void> {
    const { port } = listener.address() as AddressInfo
    const calling = await farm.scene(
      'script',
      `import socket; socket.create_connection(('127.0.0.1', ${port}), 5).close()`,
    )
    callers = 0
    farm.server.queue = [farm.lease(calling, [1], { render: { allowScripts: true } })]
    await farm.worker(network, { BACKLOT_WORKER_NETWORK: network })
    await finished(1)
  }

  it('is not there for a scene, not even this machine', async ({ skip }) => {
    const launcher = await findLauncher()
    if ('reason' in launcher) return skip(`no Blender can be started without a network here: ${launcher.reason}`)
    await call('none')
    expect(farm.server.results[0]?.result).toMatchObject({ state: 'failed', cause: 'script' })
    expect(farm.server.logs.some((line) => line.includes('Network is unreachable'))).toBe(true)
    expect(callers).toBe(0)
    expect(farm.entries.some(({ msg }) => msg === 'Blenders have no network')).toBe(true)
  })

  it('is there where the worker allows it', async () => {
    await call('allow')
    expect(states()).toEqual(['completed'])
    expect(callers).toBeGreaterThan(0)
  })
})

describe('ending attempts', () => {
  const endless = async (changes: Partial<Lease> = {}) => farm.lease(await farm.scene('endless'), [1], changes)
  const rendering = () =>
    farm.until('rendering', () => farm.server.logs.some((line) => line.includes('Opened scene.blend')))

  it('kills the render of a cancelled attempt, lets go of it, and takes the next task at once', async () => {
    const lease = await endless()
    farm.server.queue = [lease]
    const worker = await farm.worker()
    await rendering()
    farm.server.queue = [farm.lease(plain, [1])]
    farm.server.toDrop.add(lease.attemptId)
    await finished(2)
    expect(states()).toEqual(['released', 'completed'])
    expect(farm.server.results[0]?.attemptId).toBe(lease.attemptId)
    expect(farm.entries.some(({ msg, attemptId }) => msg === 'dropped' && attemptId === lease.attemptId)).toBe(true)
    expect(await farm.leftovers()).toEqual([])
    expect(worker.workerId).toBeDefined()
  })

  it('ends a render that gives no sign of life, and says so', async () => {
    // No render reports every millisecond: whichever way this one goes on, it looks like a hang.
    farm.server.queue = [await endless({ stallSeconds: 0.001 })]
    await farm.worker()
    await finished(1)
    expect(farm.server.results[0]?.result).toMatchObject({ state: 'failed', cause: 'stalled', code: 'render.stalled' })
  })

  it('gives back what it can not finish while it drains, and says good-bye', async () => {
    farm.server.queue = [await endless()]
    const worker = await farm.worker()
    await rendering()
    farm.server.queue = [farm.lease(plain, [1])]
    await worker.drain(0)
    expect(states()).toEqual(['released'])
    expect(farm.server.queue).toHaveLength(1)
    expect(farm.server.calls.at(-1)?.id).toBe('goOffline')
    expect(await farm.leftovers()).toEqual([])
  })

  it('finishes what it holds while it drains', async () => {
    farm.server.queue = [farm.lease(plain, [1, 2, 3])]
    const worker = await farm.worker()
    await farm.until('a frame', () => farm.server.frames.length > 0)
    await worker.drain(60)
    expect(states()).toEqual(['completed'])
    expect(farm.server.frames).toHaveLength(3)
  })
})

describe('faults of the server', () => {
  it('keeps rendering while it is away and delivers every frame once when it is back', async () => {
    const { server } = farm
    server.queue = [farm.lease(plain, [1, 2, 3, 4, 5, 6])]
    await farm.worker()
    await farm.until('a frame', () => server.frames.length > 0)
    await server.stop()
    await new Promise((resolve) => setTimeout(resolve, 3000))
    await server.listen()
    await finished(1)
    expect(states()).toEqual(['completed'])
    expect(server.frames.map(({ frame }) => frame).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('drops an attempt that was given to somebody else meanwhile', async () => {
    const { server } = farm
    server.fault = (id) => (id === 'frameDone' ? 'farm.stale_attempt' : undefined)
    server.queue = [farm.lease(plain, [1, 2, 3, 4, 5, 6, 7, 8])]
    await farm.worker()
    await finished(1)
    expect(states()).toEqual(['released'])
    expect(server.frames).toEqual([])
    expect(await farm.leftovers()).toEqual([])
  })

  it('sends a frame again when the connection breaks in between', async () => {
    const { server } = farm
    let broken = 0
    server.fault = (id) =>
      (id === 'putPack' || id === 'frameDone' || id === 'finish') && broken++ % 2 === 0 ? 'hang up' : undefined
    server.queue = [farm.lease(plain, [1, 2])]
    await farm.worker()
    await finished(1)
    expect(states()).toEqual(['completed'])
    expect(server.frames.map(({ frame }) => frame).toSorted()).toEqual([1, 2])
  })

  it('exchanges a token that the server does not take any more', async () => {
    const { server } = farm
    await farm.worker()
    server.token = 'access-2'
    server.queue = [farm.lease(plain, [1])]
    await finished(1)
    expect(states()).toEqual(['completed'])
  })

  it('stops when the server does not know it any more', async () => {
    await farm.worker()
    farm.server.fault = (id) => (id === 'lease' || id === 'renew' ? 'auth.worker_token_invalid' : undefined)
    await farm.until('refused', () => farm.entries.some(({ msg }) => msg === 'refused'))
    expect(farm.entries.find(({ msg }) => msg === 'refused')?.error).toMatchObject({
      code: 'auth.worker_token_invalid',
    })
  })
})
