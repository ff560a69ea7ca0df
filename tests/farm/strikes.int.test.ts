import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Installation, install, Job, type Tenant, Worker } from './harness.ts'

describe('a worker that keeps failing a job', () => {
  let installation: Installation
  let tenant: Tenant
  beforeAll(async () => void (installation = await install()))
  afterAll(() => installation.close())

  /** A job, a worker that is about to fail, and one that is not. */
  async function setUp(changes: Parameters<typeof Job.submit>[2] = {}) {
    tenant = await installation.addTenant()
    const [bad, good] = [await join('bad'), await join('good')]
    return { job: await submit({ frames: '1-20', maxRetries: 9, ...changes }), bad, good }
  }
  const submit = (changes: Parameters<typeof Job.submit>[2] = {}) =>
    Job.submit(installation.server, tenant.person(), changes)
  const join = (name: string) => Worker.join(installation.server, tenant.tenantId, { name })
  const failTimes = async (worker: Worker, times: number, cause: Parameters<Worker['fail']>[1] = 'crash') => {
    for (let time = 0; time < times; time++) await worker.fail((await worker.lease())[0]!, cause)
  }

  it('is kept off it while others go on, and says so in the log and to who asks why', async () => {
    const { job, bad, good } = await setUp()
    await failTimes(bad, 2)
    const [third] = await bad.lease()
    // The answer to its own failure brings nothing of the job either.
    const gpu = { state: 'failed', cause: 'crash', code: 'render.gpu', message: 'no kernel', frame: null } as const
    expect(await bad.finish(third!, gpu, { slots: 1 })).toEqual([])
    expect(await bad.lease()).toEqual([])
    const keptOff = [{ worker: 'bad', step: 'render_frames', failures: 3, code: 'render.gpu', message: 'no kernel' }]
    const why = await job.why()
    expect(why).toMatchObject({ reasons: [{ code: 'starting' }, { code: 'worker_kept_off' }], keptOff })
    expect(why.reasons[1]?.message).toBe('bad is kept off it after 3 failures in a row: no kernel')
    const warning = (await job.events()).find(({ level }) => level === 'warning')
    expect(warning?.message).toBe('The worker bad is kept off Render: it failed 3 times in a row. The last: no kernel')
    const [lease] = await good.lease()
    expect(await job.why()).toMatchObject({ reasons: [], keptOff }) // also while it runs
    await good.complete(lease!)
    expect(await good.workUntilIdle()).toBe(19)
    expect(await job.state()).toBe('completed')
  })

  it('still works on other jobs, also in the order of the queue', async () => {
    const { bad } = await setUp({ priority: 90 })
    const other = await submit({ frames: '1' })
    await failTimes(bad, 3)
    expect((await bad.lease())[0]?.jobId).toBe(other.jobId)
  })

  it('is not woken for it', async () => {
    const { bad } = await setUp()
    const { woken: both } = await installation.server.farm.sweep()
    await failTimes(bad, 3)
    const { woken: one } = await installation.server.farm.sweep()
    expect(both - one).toBe(1)
  })

  it('has to fail in a row: a frame in between is a success', async () => {
    const { bad } = await setUp({ chunk: 2 })
    await failTimes(bad, 2)
    const [lease] = await bad.lease()
    await bad.frame(lease!, lease!.frames[0]!)
    await bad.fail(lease!, 'crash')
    await failTimes(bad, 2, 'host')
    await bad.complete((await bad.lease())[0]!)
    await failTimes(bad, 2, 'disk_full')
    expect(await bad.lease()).toHaveLength(1)
  })

  it('is not blamed for the scene', async () => {
    const { bad } = await setUp()
    await failTimes(bad, 5, 'scene')
    expect(await bad.lease()).toHaveLength(1)
  })

  it('is kept off too when it is lost again and again', async () => {
    const { bad, good } = await setUp()
    const live = async (seconds: number) => {
      for (let passed = 0; passed < seconds; passed += 5) {
        installation.clock.advance(5)
        await good.renew([])
        await installation.server.farm.sweep()
      }
    }
    await live(40)
    for (let time = 0; time < 3; time++) {
      expect(await bad.lease()).toHaveLength(1)
      await live(40)
    }
    expect(await bad.lease()).toEqual([])
  })

  it('is not kept off when nobody else could do it: the retries of the tasks decide', async () => {
    tenant = await installation.addTenant()
    const only = await join('only')
    const job = await submit({ frames: '1', maxRetries: 5 })
    await failTimes(only, 6)
    expect(await job.state()).toBe('failed')
    // Of two that fail, one stays.
    const other = await join('other')
    await submit({ frames: '1-9', maxRetries: 9 })
    await failTimes(only, 3)
    await failTimes(other, 7)
    expect([await only.lease(), await other.lease()].map((leases) => leases.length)).toEqual([0, 1])
  })

  it('may try again when the job is queued again, and when it is the last one left', async () => {
    const { job, bad, good } = await setUp()
    await failTimes(bad, 3)
    expect(await bad.lease()).toEqual([])
    await good.complete((await good.lease())[0]!)
    await job.cancel()
    await job.requeue()
    expect((await job.why()).keptOff).toEqual([])
    await failTimes(bad, 3)
    expect(await bad.lease()).toEqual([])
    await good.offline()
    await installation.server.farm.sweep()
    expect((await job.events()).at(-1)?.message).toBe(
      'The worker bad may work on Render again: no other one that could do it is online.',
    )
    expect(await bad.lease()).toHaveLength(1)
  })
})
