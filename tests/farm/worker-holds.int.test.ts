import type { HoldKind, WorkerHello } from '@backlot/contract/schemas/farm'
import { parseHours } from '@backlot/contract/working-hours'
import { beforeEach, describe, expect, it } from 'vitest'
import { by, Job, Worker, useInstallation } from './harness.ts'

/** Workers that are there and get no work, or none of a kind. */
const farm = useInstallation()
beforeEach(() => void (farm.installation.published.length = 0))

const submit = (changes: Parameters<typeof Job.submit>[2] = {}) =>
  Job.submit(farm.server, farm.tenant.person(), changes)
const join = (name: string, hello: Partial<WorkerHello> = {}) =>
  Worker.join(farm.server, farm.tenant.tenantId, { name, ...hello })
const admin = () => farm.tenant.person('tenant_admin')
const of = ({ workerId }: Worker) => ({ params: { workerId }, query: undefined })
const pause = (worker: Worker, now = false, person = admin()) =>
  farm.server.farm.routes.pauseWorker({ ...of(worker), body: { now } }, by(person))
const resume = (worker: Worker) => farm.server.farm.routes.resumeWorker({ ...of(worker), body: undefined }, by(admin()))
const setHours = (worker: Worker, text: string | null, timeZone = 'UTC') =>
  farm.server.farm.routes.changeWorker(
    { ...of(worker), body: { hours: text === null ? null : { timeZone, spans: parseHours(text)! } } },
    by(admin()),
  )
const remove = (worker: Worker) => farm.server.farm.routes.removeWorker({ ...of(worker), body: undefined }, by(admin()))
const holdsOf = async (worker: Worker): Promise<HoldKind[]> => {
  const { items } = await farm.server.farm.routes.listWorkers(
    { params: undefined, query: undefined, body: undefined },
    by(admin()),
  )
  return items.find(({ workerId }) => workerId === worker.workerId)!.holds!.map(({ kind }) => kind)
}
const tested = (worker: Worker, ok: boolean, device = 'CPU') =>
  farm.server.farm.routes.workerTested(
    { body: { ok, device, message: 'Rendered.' }, params: undefined, query: undefined },
    by({ kind: 'worker', workerId: worker.workerId }),
  )
const asked = () => farm.installation.published.filter(({ topic }) => topic === 'agentTest').length

describe('a worker that is paused', () => {
  it('gets no more tasks, finishes what it holds, and goes on when it is resumed', async () => {
    const job = await submit({ frames: '1-3', chunk: 1 })
    const worker = await join('one')
    const [lease] = await worker.lease()
    expect(await pause(worker)).toMatchObject({ holds: [{ kind: 'person', reason: 'Paused by Ada.' }] })
    expect(await worker.renew()).toEqual([])
    expect(await worker.complete(lease!, 1)).toEqual([])
    expect(await worker.lease()).toEqual([])
    expect((await farm.server.farm.sweep()).woken).toBe(0)
    expect((await job.why()).reasons).toMatchObject([{ code: 'workers_held_back' }])
    expect(await resume(worker)).toMatchObject({ holds: [] })
    expect(await worker.workUntilIdle()).toBe(2)
  })

  it('at once gives back what it holds, and nobody is to blame', async () => {
    const job = await submit({ frames: '1', maxRetries: 0 })
    const [one, two] = [await join('one'), await join('two')]
    const [lease] = await one.lease()
    await pause(one, true)
    expect(await one.renew([lease!])).toEqual([lease!.attemptId])
    expect(await two.workUntilIdle()).toBe(1)
    expect(await job.state()).toBe('completed')
  })

  it('stays so when it starts anew', async () => {
    await submit()
    const worker = await join('one')
    await pause(worker)
    await worker.offline()
    await worker.hello()
    expect(await worker.lease()).toEqual([])
  })

  it('is for an administrator of its farm.tenant, and a shared one for those of all', async () => {
    const [own, shared] = [await join('own'), await Worker.join(farm.server, null, { name: 'shared' })]
    const stranger = (await farm.installation.addTenant()).person('tenant_admin')
    await expect(pause(own, false, stranger)).rejects.toMatchObject({ code: 'worker.not_found' })
    await expect(pause(shared)).rejects.toMatchObject({ code: 'worker.shared' })
    expect(await pause(shared, false, farm.tenant.person('global_admin'))).toMatchObject({
      holds: [{ kind: 'person' }],
    })
    await shared.offline()
  })
})

describe('a worker with working hours', () => {
  it('works within them alone', async () => {
    await submit({ frames: '1-9', chunk: 1 })
    const worker = await join('night')
    farm.installation.clock.now = new Date('2026-01-05T12:00:00Z') // a Monday
    expect(await setHours(worker, 'mon-fri 19:00-07:00')).toMatchObject({ holds: [{ kind: 'hours' }] })
    await worker.hello()
    expect(await worker.lease()).toEqual([])
    farm.installation.clock.advance(7 * 3600)
    await worker.renew()
    await farm.server.farm.sweep()
    expect(await worker.lease()).toHaveLength(1)
    farm.installation.clock.advance(12 * 3600)
    await worker.renew()
    await farm.server.farm.sweep()
    expect([await holdsOf(worker), await worker.lease()]).toEqual([['hours'], []])
    await setHours(worker, null)
    expect(await worker.lease()).toHaveLength(1)
  })
})

describe('a worker that is removed', () => {
  it('leaves what it held to others, and is forgotten', async () => {
    const job = await submit({ frames: '1' })
    const [one, two] = [await join('one'), await join('two')]
    const [lease] = await one.lease()
    await remove(one)
    await expect(one.hello()).rejects.toMatchObject({ code: 'worker.not_found' })
    await expect(one.complete(lease!)).rejects.toMatchObject({ code: 'farm.stale_attempt' })
    expect(await two.workUntilIdle()).toBe(1)
    expect(await job.state()).toBe('completed')
  })
})

describe('a worker that fails several jobs', () => {
  const gpu = { devices: [], chosen: 'OPTIX', tried: [] }
  const failJobs = async (worker: Worker, jobs: number, cause: Parameters<Worker['fail']>[1]) => {
    for (let job = 0; job < jobs; job++) {
      const { jobId } = await submit({ frames: '1-9', chunk: 1, maxRetries: 20 })
      for (let time = 0; time < 3; time++) {
        const lease = (await worker.lease()).find((each) => each.jobId === jobId)
        if (lease !== undefined) await worker.fail(lease, cause)
      }
    }
    await farm.server.farm.sweep()
  }

  it('gets no more work until a test render succeeds', async () => {
    const [bad, good] = [await join('bad'), await join('good')]
    await failJobs(bad, 2, 'crash')
    expect(await holdsOf(bad)).toEqual([])
    await failJobs(bad, 1, 'crash')
    expect([await holdsOf(bad), await holdsOf(good), asked()]).toEqual([['failures'], [], 1])
    await submit()
    expect(await bad.lease()).toEqual([])
    await tested(bad, false)
    await farm.server.farm.sweep()
    expect([await holdsOf(bad), asked()]).toEqual([['failures'], 1])
    farm.installation.clock.advance(600)
    await bad.renew()
    await farm.server.farm.sweep()
    expect(asked()).toBe(2)
    await tested(bad, true)
    expect(await holdsOf(bad)).toEqual([])
    expect(await bad.lease()).toHaveLength(1)
    await farm.server.farm.sweep()
    expect(await holdsOf(bad)).toEqual([]) // what it failed before is forgiven
  })

  it('with its GPU gets no more work for one, but other work', async () => {
    const [bad] = [await join('bad', { probe: gpu }), await join('good', { probe: gpu })]
    await failJobs(bad, 2, 'gpu')
    expect(await holdsOf(bad)).toEqual(['gpu'])
    const job = await submit({ render: { blendPath: 'shot.blend', device: 'gpu' }, priority: 90 })
    const other = await submit({ priority: 80 })
    expect(await bad.lease()).toMatchObject([{ jobId: other.jobId }])
    await tested(bad, true) // on the CPU
    expect(await holdsOf(bad)).toEqual(['gpu'])
    await tested(bad, true, 'OPTIX')
    expect(await holdsOf(bad)).toEqual([])
    expect(await bad.lease()).toMatchObject([{ jobId: job.jobId }])
  })

  it('is not doubted for what is wrong with the scenes', async () => {
    const [bad] = [await join('bad'), await join('good')]
    await failJobs(bad, 4, 'missing_asset')
    await failJobs(bad, 4, 'out_of_memory')
    expect(await holdsOf(bad)).toEqual([])
  })
})
