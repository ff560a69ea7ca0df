import type { AttemptResult, FailureCause, WorkerHello } from '@backlot/contract/schemas/farm'
import type { SubmissionInput } from '@backlot/contract/schemas/jobs'
import { describe, expect, it } from 'vitest'
import { Job, Worker, useInstallation } from './harness.ts'

/** What follows from a failure, by its cause. */
const farm = useInstallation()

const submit = (changes: Partial<SubmissionInput> = {}) =>
  Job.submit(farm.server, farm.tenant.person(), { frames: '1-2', ...changes })
const join = (hello: Partial<WorkerHello> = {}) => Worker.join(farm.server, farm.tenant.tenantId, hello)

/** Leases one task and fails it. */
async function failOne(worker: Worker, cause: FailureCause, code = `render.${cause}`): Promise<void> {
  const [lease] = await worker.lease()
  if (lease === undefined) throw new Error('there is nothing to do')
  const result: AttemptResult['result'] = { state: 'failed', cause, code, message: 'boom', frame: null }
  await worker.finish(lease, result)
}

describe('a failure of the scene', () => {
  it('that is the same on two workers fails the task at once', async () => {
    const job = await submit({ frames: '1', maxRetries: 9 })
    await failOne(await join({ name: 'one' }), 'scene')
    expect(await job.state()).toBe('running')
    await failOne(await join({ name: 'two' }), 'scene')
    expect(await job.show()).toMatchObject({ state: 'failed', error: { code: 'render.scene' } })
  })

  it('that is another one, or comes from the same worker, costs a retry', async () => {
    const job = await submit({ frames: '1', maxRetries: 9 })
    const [one, two] = [await join({ name: 'one' }), await join({ name: 'two' })]
    await failOne(one, 'scene')
    await failOne(one, 'scene')
    await failOne(two, 'scene', 'render.no_camera')
    expect(await job.state()).toBe('running')
  })
})

describe('a failure of the machine', () => {
  it('of the GPU keeps the worker off at once, while another one can go on', async () => {
    const job = await submit()
    const [one, two] = [await join({ name: 'one' }), await join({ name: 'two' })]
    await failOne(one, 'gpu')
    expect(await one.lease()).toEqual([])
    expect((await job.why()).keptOff).toMatchObject([{ worker: 'one', failures: 1 }])
    expect(await two.workUntilIdle()).toBe(2)
    expect(await job.state()).toBe('completed')
  })

  it('for want of memory keeps off all that have no more, where one has', async () => {
    const job = await submit()
    const small = { memoryBytes: 8 * 2 ** 30 }
    const one = await join({ name: 'one', ...small })
    const two = await join({ name: 'two', ...small })
    const large = await join({ name: 'large', memoryBytes: 64 * 2 ** 30 })
    await failOne(one, 'out_of_memory')
    expect([await one.lease(), await two.lease()]).toEqual([[], []])
    expect((await job.why()).keptOff?.map(({ worker }) => worker)?.toSorted()).toEqual(['one', 'two'])
    expect(await large.workUntilIdle()).toBe(2)
  })

  it('for want of memory on the largest lets the others try', async () => {
    await submit()
    const [one, two] = [await join({ name: 'one' }), await join({ name: 'two' })]
    await failOne(one, 'out_of_memory')
    expect(await two.workUntilIdle()).toBe(2)
  })
})

describe('a licence that is not free', () => {
  it('is waited for, a minute at a time, without costing anything', async () => {
    const job = await submit({ frames: '1', maxRetries: 0 })
    const worker = await join()
    for (let round = 0; round < 4; round++) {
      await failOne(worker, 'licence')
      expect(await worker.lease()).toEqual([])
      expect((await job.why()).reasons.map(({ code }) => code)).toEqual(['waits_for_licence'])
      farm.installation.clock.advance(61)
      await worker.renew()
      await farm.server.farm.sweep()
    }
    expect(await worker.workUntilIdle()).toBe(1)
    expect(await job.state()).toBe('completed')
  })
})

it('a hang is told to whoever follows the job', async () => {
  const job = await submit()
  await failOne(await join({ name: 'render-1' }), 'stalled')
  const warnings = (await job.events()).filter(({ level }) => level === 'warning')
  expect(warnings.map(({ message }) => message)).toEqual(['Render hung on render-1. boom'])
})

describe('a job of which too much fails', () => {
  const impatient = { frames: '1-100', chunk: 1, maxRetries: 0, maxFailures: 1 } as const

  it('is given up: what runs may end and is kept, the rest is not begun', async () => {
    const job = await submit({ ...impatient })
    const [one, two] = [await join({ name: 'one' }), await join({ name: 'two' })]
    const [running] = await two.lease()
    await failOne(one, 'bad_output')
    expect(await job.state()).toBe('running')
    await failOne(one, 'bad_output')
    expect(await one.lease()).toEqual([])
    expect(await two.renew([running!])).toEqual([])
    expect(await job.state()).toBe('running')
    await two.complete(running!)
    expect(await job.show()).toMatchObject({
      state: 'failed',
      frames: { total: 100, completed: 1, failed: 2 },
      tasks: { queued: 0, running: 0, completed: 1, failed: 2 },
      error: { code: 'render.bad_output', message: expect.stringContaining('the rest was not begun') },
    })
  })

  it('goes on when it is queued again', async () => {
    const job = await submit({ ...impatient, frames: '1-4' })
    const worker = await join()
    await failOne(worker, 'bad_output')
    await failOne(worker, 'bad_output')
    expect(await job.state()).toBe('failed')
    await job.requeue()
    expect(await worker.workUntilIdle()).toBe(4)
    expect(await job.state()).toBe('completed')
  })

  it('is cancelled by a person as any other', async () => {
    const job = await submit({ ...impatient, maxFailures: 0 })
    const [one, two] = [await join({ name: 'one' }), await join({ name: 'two' })]
    const [running] = await two.lease()
    await failOne(one, 'bad_output')
    await job.cancel()
    expect(await job.state()).toBe('cancelling')
    await two.finish(running!, { state: 'released' })
    expect(await job.state()).toBe('cancelled')
  })
})
