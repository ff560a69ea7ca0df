import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BlenderSession } from './driver.ts'
import { blendersToTest, makeStudio } from './testing/blenders.ts'
import { WarmPool } from './warm-pool.ts'

const blenders = await blendersToTest()

const failing = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail('it succeeded'),
    (error: unknown) => error,
  )

/** False for a zombie too: in a container without an init nobody collects an orphan. */
function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return process.platform !== 'linux' || !/^\d+ \(.*\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

describe.each(blenders)('Blender $version ($kind)', (blender) => {
  let studio: Awaited<ReturnType<typeof makeStudio>>
  let endless: string
  beforeAll(async () => {
    studio = await makeStudio()
    const session = await studio.start(blender)
    endless = join(studio.folder, 'endless.blend')
    await session.run('test_scene', { kind: 'endless', file: endless })
    await session.close()
  })
  afterAll(() => studio.clean())

  /** A session in the middle of a render that would take minutes. */
  async function rendering(session: BlenderSession, folder: string, options: { signal?: AbortSignal } = {}) {
    await session.open({ file: endless })
    const begun = Promise.withResolvers<void>()
    const render = session.render(
      { frame: 1, folder, settings: { device: 'cpu' } },
      { ...options, onProgress: () => begun.resolve() },
    )
    const outcome = failing(render)
    await begun.promise
    return outcome
  }

  test('cancelling ends it within a second, leaves no output, and the next one is ready', async () => {
    const pool = new WarmPool({ start: (each: typeof blender) => studio.start(each), delayMs: 0 })
    const session = await pool.take(blender)
    const folder = join(studio.folder, 'cancelled')
    const controller = new AbortController()
    await session.open({ file: endless })
    const begun = Promise.withResolvers<void>()
    const outcome = failing(
      session.render({ frame: 1, folder }, { signal: controller.signal, onProgress: () => begun.resolve() }),
    )
    await begun.promise
    await sleep(1500) // long enough for the spare to be ready on a busy machine
    const cancelled = performance.now()
    controller.abort()
    expect(await outcome).toMatchObject({ code: 'render.cancelled' })
    const next = await pool.take(blender)
    expect(performance.now() - cancelled).toBeLessThan(5000)
    expect(next).toMatchObject({ alive: true })
    expect(next.pid).not.toBe(session.pid)
    expect(lives(session.pid)).toBe(false)
    expect(readdirSync(folder)).toEqual([])
    await next.end()
    await pool.close()
  })

  test('killed from outside: a crash, told as one', async () => {
    const session = await studio.start(blender)
    const outcome = rendering(session, join(studio.folder, 'killed'))
    await sleep(3000)
    process.kill(session.pid, 'SIGKILL')
    expect(await outcome).toMatchObject({ code: 'render.crashed', details: { signal: 'SIGKILL' } })
    expect(session.alive).toBe(false)
    expect(await failing(session.probeDevices())).toMatchObject({ code: 'render.crashed' })
    expect(readdirSync(join(studio.folder, 'killed'))).toEqual([])
  })

  test('a crash keeps its log, a clean end leaves none', async () => {
    const crashFolder = join(studio.folder, 'crashes')
    const session = await studio.start(blender, { crashFolder })
    const error = (await failing(session.run('test_crash'))) as { code: string; details: { crashLog: string } }
    expect(error.code).toBe('render.crashed')
    expect(existsSync(error.details.crashLog)).toBe(true)
    const other = await studio.start(blender, { crashFolder })
    await other.close()
    expect(await other.exited).toMatchObject({ code: 0, signal: null })
    expect(readdirSync(crashFolder)).toHaveLength(1)
  })

  test('a time-out and a stall end it', async () => {
    const slow = await studio.start(blender)
    await slow.open({ file: endless })
    const folder = join(studio.folder, 'slow')
    expect(await failing(slow.render({ frame: 1, folder }, { timeoutMs: 500 }))).toMatchObject({
      code: 'render.stalled',
    })
    await slow.exited
    expect(lives(slow.pid)).toBe(false)
    const silent = await studio.start(blender)
    const sleeping = silent.run('test_sleep', { seconds: 60 }, { stallMs: 300 })
    expect(await failing(sleeping)).toMatchObject({
      code: 'render.stalled',
      message: expect.stringContaining('no sign of life'),
    })
  })

  test('it dies with its parent, also in a render', async () => {
    const script = `
      import { startSession } from ${JSON.stringify(new URL('./session.ts', import.meta.url).href)}
      const session = await startSession({ blender: ${JSON.stringify(blender)}, userFolder: ${JSON.stringify(join(studio.folder, 'user'))} })
      await session.open({ file: ${JSON.stringify(endless)} })
      let told = false
      session.render({ frame: 1, folder: ${JSON.stringify(join(studio.folder, 'orphan'))} }, { onProgress: () => {
        if (!told) console.log(session.pid)
        told = true
      } })`
    const parent = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(parent.stdout, 'data')) as [Buffer]
    const pid = Number(line.toString())
    expect(lives(pid)).toBe(true)
    parent.kill('SIGKILL')
    for (let waited = 0; lives(pid) && waited < 5000; waited += 20) await sleep(20)
    expect(lives(pid)).toBe(false)
  })
})
