import type { Person } from '@backlot/contract/handler'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sql } from 'kysely'
import { by, type Installation, install, Job, missingBlob, type Tenant, Worker } from './harness.ts'

describe('leases', () => {
  let installation: Installation
  let tenant: Tenant
  beforeAll(async () => void (installation = await install()))
  afterAll(() => installation.close())

  const submit = (changes: Parameters<typeof Job.submit>[2] = {}) =>
    Job.submit(installation.server, tenant.person(), changes)
  const join = (hello: Parameters<typeof Worker.join>[2] = {}) =>
    Worker.join(installation.server, tenant.tenantId, hello)
  const newTenant = async () => void (tenant = await installation.addTenant())

  /** Time passes as it does on a server that runs: with a sweep every few seconds, and `alive` renewing. */
  async function live(seconds: number, ...alive: Worker[]): Promise<void> {
    for (let passed = 0; passed < seconds; passed += 5) {
      installation.clock.advance(5)
      await Promise.all(alive.map((worker) => worker.renew()))
      for (const { farm } of installation.servers) await farm.sweep()
    }
  }

  it('are never given twice, with two servers and many workers at once', async () => {
    await newTenant()
    const job = await submit({ frames: '1-300' })
    const other = installation.addServer()
    const workers = await Promise.all(Array.from({ length: 12 }, () => join()))
    workers.forEach((worker, index) => {
      if (index % 2 === 1) worker.server = other
    })
    const leased: number[] = []
    await Promise.all(
      workers.map(async (worker, index) => {
        const slots = 1 + (index % 3)
        for (let leases = await worker.lease(slots); leases.length > 0; leases = await worker.lease(slots)) {
          leased.push(...leases.flatMap(({ frames }) => frames))
          await Promise.all(leases.map((lease) => worker.complete(lease)))
        }
      }),
    )
    expect(leased.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, index) => index + 1))
    expect(await job.show()).toMatchObject({
      state: 'completed',
      frames: { completed: 300 },
      tasks: { completed: 300 },
    })
  })

  it('go by priority, then by age', async () => {
    await newTenant()
    const worker = await join({ slots: 3 })
    const ada = tenant.person()
    const own = (changes = {}) => Job.submit(installation.server, ada, changes)
    const [old, young, urgent] = [await own(), await own(), await own({ priority: 90 })]
    const leases = await worker.lease(9)
    expect(leases.map(({ jobId }) => [old, young, urgent].findIndex((job) => job.jobId === jobId)).toSorted()).toEqual([
      0, 0, 0, 0, 1, 2, 2, 2, 2,
    ])
  })

  it('need a worker that has the tags and the Blender', async () => {
    await newTenant()
    const plain = await join()
    const job = await submit({ frames: '1-4', blender: '5.0', tags: ['gpu'] })
    expect(await plain.lease()).toEqual([])
    const gpu = await join({ tags: ['gpu', 'fast'], blenders: [{ version: '5.0.1', kind: 'executable' }] })
    expect(await gpu.lease()).toHaveLength(1) // joined after the job
    const installer = await join({ tags: ['gpu'], blenders: [], canInstall: true })
    expect(await installer.lease()).toHaveLength(1)
    await plain.hello({ tags: ['gpu'], blenders: [{ version: '5.0.2', kind: 'module' }] })
    expect((await plain.lease())[0]).toMatchObject({ jobId: job.jobId, blender: '5.0' })
    const foreign = await Worker.join(installation.server, (await installation.addTenant()).tenantId, {
      canInstall: true,
      tags: ['gpu'],
    })
    expect(await foreign.lease()).toEqual([])
  })

  it('end when their worker falls silent; the rest of the chunk goes to another one, and the late result is refused', async () => {
    await newTenant()
    const job = await submit({ frames: '1-4', chunk: 4, maxRetries: 0 })
    const [dying, other] = [await join({ name: 'dying' }), await join({ name: 'other' })]
    await live(60, dying, other)
    const [lease] = await dying.lease()
    await dying.frame(lease!, 1)
    await dying.frame(lease!, 2)
    await live(25, other)
    expect(await other.lease()).toEqual([])
    await live(15, other)
    expect(await job.state()).toBe('queued') // every attempt was lost
    const [second] = await other.lease()
    expect(second).toMatchObject({ taskId: lease!.taskId, fence: 2, frames: [3, 4] })

    await expect(dying.frame(lease!, 3)).rejects.toMatchObject({ code: 'farm.stale_attempt' })
    await expect(dying.finish(lease!)).rejects.toMatchObject({ code: 'farm.stale_attempt' })
    expect(await dying.renew([lease!])).toEqual([lease!.attemptId])
    await other.complete(second!)
    expect(await job.show()).toMatchObject({ state: 'completed', frames: { total: 4, completed: 4 } })
    const [task] = (await job.tasks()).items
    expect(task).toMatchObject({ failures: 0, attempts: [{ state: 'lost' }, { state: 'completed' }] })
  })

  it('survive a server that is away for five minutes; those of the dead are queued again', async () => {
    await newTenant()
    const job = await submit({ frames: '1-2' })
    const [alive, dead] = [await join(), await join()]
    await live(60, alive, dead)
    const [kept] = await alive.lease()
    const [lost] = await dead.lease()
    installation.clock.advance(300)
    await installation.server.close()
    installation.servers.shift()
    installation.server = installation.addServer()
    alive.server = dead.server = installation.server
    await installation.server.farm.sweep()
    expect((await job.show()).tasks.running).toBe(2)
    await live(45, alive)
    expect(await job.show()).toMatchObject({ state: 'running', tasks: { running: 1, queued: 1 } })
    const [again] = await alive.lease()
    expect(again).toMatchObject({ taskId: lost!.taskId, fence: 2 })
    await Promise.all([alive.complete(kept!), alive.complete(again!)])
    expect(await job.show()).toMatchObject({ state: 'completed', frames: { completed: 2 } })
    const { items } = await job.tasks()
    expect(items.map(({ failures }) => failures)).toEqual([0, 0])
  })

  it('count every frame once, however often and late it is reported', async () => {
    await newTenant()
    const job = await submit({ frames: '1-3', chunk: 3 })
    const worker = await join()
    const [lease] = await worker.lease()
    await Promise.all([1, 1, 2, 2, 1].map((frame) => worker.frame(lease!, frame)))
    await worker.frame(lease!, 1)
    expect((await job.show()).frames.completed).toBe(2)
    await worker.frame(lease!, 3)
    await worker.finish(lease!)
    await worker.finish(lease!) // the answer was lost and the worker asks again
    expect(await job.show()).toMatchObject({ state: 'completed', frames: { completed: 3 }, tasks: { completed: 1 } })
    await expect(worker.frame(lease!, 1)).rejects.toMatchObject({ code: 'farm.stale_attempt' })
    await expect(worker.fail(lease!)).rejects.toMatchObject({ code: 'farm.stale_attempt' })
  })

  it('end with the frames that were not reported before, and bring the next one in the same answer', async () => {
    await newTenant()
    const job = await submit({ frames: '1-4', chunk: 2, contactSheet: true })
    const worker = await join()
    const [first] = await worker.lease()
    await worker.frame(first!, 1)
    // One of them was reported already: it counts once.
    const [second] = await worker.finish(first!, { state: 'completed' }, { frames: [1, 2], slots: 1 })
    expect(second?.frames).toEqual([3, 4])
    expect((await job.show()).frames.completed).toBe(2)
    await worker.finish(first!, { state: 'completed' }, { frames: [1, 2] }) // the answer was lost
    expect((await job.show()).frames.completed).toBe(2)
    // The end of the last one makes the next step ready, which the same answer brings.
    const [sheet] = await worker.finish(second!, { state: 'completed' }, { frames: [3, 4], slots: 1 })
    expect(sheet).toMatchObject({ step: 'contact_sheet', inputs: { length: 4 } })
    expect((await job.frames()).items.map(({ state }) => state)).toEqual(Array(4).fill('completed'))
  })

  it('end only with frames of their own that are in storage', async () => {
    await newTenant()
    const job = await submit({ frames: '1-2' })
    const [worker, stranger] = [await join(), await join()]
    const [lease] = await worker.lease()
    const done = { state: 'completed' } as const
    await expect(worker.finish(lease!, done, { frames: [2] })).rejects.toMatchObject({ code: 'request.invalid' })
    const missing = worker.finish(lease!, done, { frames: [1], sha256: missingBlob })
    await expect(missing).rejects.toMatchObject({ code: 'blob.not_found' })
    // Whether a tenant has a file is nobody's business but its own workers'.
    const asked = stranger.finish(lease!, done, { frames: [1], sha256: missingBlob, slots: 1 })
    await expect(asked).rejects.toMatchObject({ code: 'farm.stale_attempt' })
    expect(await job.show()).toMatchObject({ frames: { completed: 0 }, tasks: { running: 1 } })
    await worker.finish(lease!, done, { frames: [1] })
    expect(await job.show()).toMatchObject({ frames: { completed: 1 }, tasks: { completed: 1 } })
  })

  it('that end without a frame keep those that came with the end', async () => {
    await newTenant()
    const job = await submit({ frames: '1-2', chunk: 2 })
    const worker = await join()
    const [lease] = await worker.lease()
    await worker.finish(lease!, { state: 'released' }, { frames: [1] })
    expect(await job.show()).toMatchObject({ frames: { completed: 1 }, tasks: { queued: 1 } })
    expect((await worker.lease())[0]?.frames).toEqual([2])
  })

  it('of other jobs go on while somebody holds one', async () => {
    await newTenant()
    const [held, other] = [await submit({ frames: '1-2' }), await submit({ frames: '1-2' })]
    const [one, two] = [await join(), await join()]
    const [lease] = await one.lease()
    expect(lease?.jobId).toBe(held.jobId)
    const release = Promise.withResolvers<void>()
    const locked = Promise.withResolvers<void>()
    const holder = installation.db.database.background(async (tx) => {
      await sql`select from backlot.farm_jobs where job_id = ${held.jobId} for update`.execute(tx)
      locked.resolve()
      await release.promise
    })
    await locked.promise
    let reported = false
    const report = one.complete(lease!).then(() => (reported = true))
    // Meanwhile everybody else works, also at what comes after the job that is held.
    await expect.poll(async () => (await two.lease())[0]?.jobId).toBe(other.jobId)
    await one.renew([lease!])
    expect(reported).toBe(false)
    release.resolve()
    await Promise.all([holder, report])
    expect((await held.show()).frames.completed).toBe(1)
  })

  it('are not believed when they end without their frames', async () => {
    await newTenant()
    const job = await submit({ frames: '1-2', chunk: 2, maxRetries: 0 })
    const worker = await join()
    const [lease] = await worker.lease()
    await worker.frame(lease!, 1)
    await worker.finish(lease!)
    expect(await job.show()).toMatchObject({ state: 'failed', error: { code: 'render.bad_output' } })
  })

  it('are tried again as often as the job allows; a fault of the host does not count', async () => {
    await newTenant()
    const job = await submit({ frames: '1', maxRetries: 2 })
    const worker = await join()
    for (const cause of ['host', 'crash', 'network', 'gpu', 'host', 'crash'] as const) {
      const [lease] = await worker.lease()
      await worker.fail(lease!, cause)
    }
    expect(await worker.lease()).toEqual([])
    const [task] = (await job.tasks()).items
    expect(task).toMatchObject({ state: 'failed', failures: 3 })
    expect(task?.attempts).toHaveLength(6)
    expect(await job.state()).toBe('failed')
  })

  it('come back at once from a worker that says goodbye', async () => {
    await newTenant()
    const job = await submit({ frames: '1' })
    const [leaving, staying] = [await join(), await join()]
    await leaving.lease()
    await leaving.offline()
    expect(await job.state()).toBe('queued')
    expect(await staying.workUntilIdle()).toBe(1)
  })

  it('that never arrived are given away before they run out', async () => {
    await newTenant()
    await submit({ frames: '1' })
    const worker = await join()
    await live(60, worker)
    await worker.lease()
    worker.held.clear() // the answer was lost on the way
    await live(15, worker)
    expect(await worker.lease()).toHaveLength(1)
  })

  it('are not given to a worker that drains', async () => {
    await newTenant()
    await submit()
    const worker = await join()
    await worker.renew([], 'draining')
    expect(await worker.lease()).toEqual([])
    await worker.renew([], 'online')
    expect(await worker.lease()).toHaveLength(1)
  })

  it('are shared by people, however many jobs one of them has queued before', async () => {
    await newTenant()
    const [ada, bob] = [tenant.person(), tenant.person()]
    for (let count = 0; count < 60; count++) await Job.submit(installation.server, ada, { frames: '1-2' })
    const late = await Job.submit(installation.server, bob, { frames: '1-9' })
    const workers = await Promise.all(Array.from({ length: 8 }, () => join()))
    for (const worker of workers) await worker.lease()
    const running = workers.flatMap((worker) => [...worker.held.values()].map(({ jobId }) => jobId))
    expect(running).toHaveLength(8)
    expect(running.filter((jobId) => jobId === late.jobId)).toHaveLength(4)
  })

  it('fill every slot, also when one person has nearly all of the jobs', async () => {
    await newTenant()
    for (let count = 0; count < 9; count++) await submit({ frames: '1' })
    const most = tenant.person()
    for (let count = 0; count < 40; count++) await Job.submit(installation.server, most, { frames: '1' })
    const worker = await join({ slots: 30 })
    expect(await worker.lease(30)).toHaveLength(30)
  })

  it('keep a worker at the scene that it has loaded for a minute, then it is the turn of others', async () => {
    await newTenant()
    const [first, second] = [await submit({ frames: '1-40', chunk: 1 }), await submit({ frames: '1-40', chunk: 1 })]
    const worker = await join()
    const turns: string[] = []
    for (let turn = 0; turn < 16; turn++) {
      const [lease] = await worker.lease()
      turns.push(lease?.jobId === first.jobId ? 'first' : lease?.jobId === second.jobId ? 'second' : 'none')
      if (lease !== undefined) await worker.complete(lease)
      installation.clock.advance(15)
    }
    expect(turns).toEqual([
      ...Array.from({ length: 4 }, () => 'first'),
      ...Array.from({ length: 4 }, () => 'second'),
      ...Array.from({ length: 4 }, () => 'first'),
      ...Array.from({ length: 4 }, () => 'second'),
    ])
  })

  it('go to workers with one of the tags asked for, and without those that are refused', async () => {
    await newTenant()
    const job = await submit({ anyTags: ['north', 'south'], notTags: ['slow'], frames: '1-4' })
    const needs = async () => (await job.why()).reasons.map(({ message }) => message)
    const slow = await join({ tags: ['north', 'slow'] })
    expect(await slow.lease()).toEqual([])
    expect(await needs()).toEqual(['It needs a worker without the tag slow: 0 of 1 worker online can.'])
    const untagged = await join()
    expect(await untagged.lease()).toEqual([])
    expect((await needs())[0]).toContain('and some lack other things')
    const fitting = await join({ tags: ['south'] })
    expect(await fitting.lease()).toHaveLength(1)
  })

  it('of a job for GPUs go to none that has only a processor', async () => {
    await newTenant()
    const job = await submit({ render: { blendPath: 'scene.blend', device: 'gpu' }, frames: '1-2' })
    const worker = await join()
    expect(await worker.lease()).toEqual([])
    expect((await job.why()).reasons.map(({ code }) => code)).toEqual(['no_matching_device'])
    await worker.hello({ probe: { devices: [], chosen: 'OPTIX', tried: [] } })
    expect(await worker.lease()).toHaveLength(1)
  })

  it('say why a job has none', async () => {
    await newTenant()
    const job = await submit({ blender: '5.0' })
    const code = async () => (await job.why()).reasons.map((reason) => reason.code)
    expect(await code()).toEqual(['no_worker_online'])
    const worker = await join()
    expect(await code()).toEqual(['no_matching_blender'])
    await worker.hello({ blenders: [{ version: '5.0.1', kind: 'module' }] })
    expect(await code()).toEqual(['starting'])
    const urgent = await submit({ blender: '5.0', priority: 99, frames: '1-2' })
    await worker.lease()
    expect(await code()).toEqual(['all_workers_busy'])
    expect((await job.why()).reasons[0]?.message).toBe(
      'The only slot that could do it is taken; 1 task comes first (priority 50).',
    )
    expect(await urgent.why()).toEqual({ state: 'running', reasons: [], keptOff: [] })
    await job.pause()
    expect(await code()).toEqual(['paused'])
    await job.cancel()
    expect(await code()).toEqual(['ended'])
  })

  it('are shown with the jobs that a person may see, and on the hub with none', async () => {
    await newTenant()
    const own = await submit({ name: 'a secret film' })
    const worker = await join()
    await worker.lease()
    const running = async (person: Person) => {
      const input = { params: undefined, query: undefined, body: undefined }
      const { items } = await installation.server.farm.routes.listWorkers(input, by(person))
      return items.flatMap((item) => item.running.map(({ jobName }) => jobName))
    }
    expect(await running(own.person)).toEqual(['a secret film'])
    expect(await running(tenant.person('project_manager'))).toEqual(['a secret film'])
    expect(await running(tenant.person('artist'))).toEqual([])
    const told = () => installation.published.filter(({ topic }) => topic === 'workerChanged')
    await expect.poll(() => told().length).toBeGreaterThan(0)
    expect(JSON.stringify(told())).not.toContain('a secret film')
  })

  it('wake idle workers that can do the work', async () => {
    await newTenant()
    const [able, unable] = [await join({ tags: ['gpu'] }), await join()]
    installation.published.length = 0
    await submit({ tags: ['gpu'] })
    await expect.poll(() => installation.published.filter(({ topic }) => topic === 'agentWake')).toHaveLength(1)
    expect(await unable.lease()).toEqual([])
    expect(await able.lease()).toHaveLength(1)
  })
})
