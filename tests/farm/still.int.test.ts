import type { Lease } from '@backlot/contract/schemas/farm'
import type { SubmissionInput } from '@backlot/contract/schemas/jobs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Installation, install, Job, type Server, Worker } from './harness.ts'

/** One still in ranges of its samples: 64 in four ranges of 16, which take 2 s each. */
let installation: Installation
let server: Server
beforeAll(async () => {
  installation = await install()
  server = installation.server
})
afterAll(() => installation.close())

async function setUp(split: Partial<SubmissionInput['split']> = {}, changes: Partial<SubmissionInput> = {}) {
  const tenant = await installation.addTenant()
  const job = await Job.submit(server, tenant.person(), {
    frames: '7',
    split: { samples: 64, range: 16, ...split },
    ...changes,
  })
  const [one, two] = await Promise.all([Worker.join(server, tenant.tenantId), Worker.join(server, tenant.tenantId)])
  return { job, one, two }
}

async function leaseOne(worker: Worker): Promise<Lease> {
  const [lease] = await worker.lease()
  if (lease === undefined) throw new Error('there is nothing to do')
  return lease
}

describe('a still in ranges of samples', () => {
  it('is rendered by all workers, merged by one, and is one frame', async () => {
    const { job, one, two } = await setUp()
    const [first, second] = [await leaseOne(one), await leaseOne(two)]
    expect([first, second].map(({ step, frames }) => [step, frames])).toEqual([
      ['render_samples', [0]],
      ['render_samples', [1]],
    ])
    expect(first.parameters).toMatchObject({ frame: 7, split: { samples: 64, range: 16 } })
    await one.complete(first)
    expect(await job.show()).toMatchObject({
      state: 'running',
      frames: { total: 1, completed: 0 },
      samples: { total: 64, completed: 16, noise: null },
    })
    expect(await job.outputs()).toEqual([])
    await two.complete(second)
    const third = await leaseOne(one)
    await one.complete({ ...third, frames: third.frames })
    const fourth = await two.lease()
    for (const lease of fourth) await two.complete(lease)
    expect(await job.steps()).toBe('render_samples completed, merge_samples pending')
    const merge = await leaseOne(two)
    expect(merge).toMatchObject({ step: 'merge_samples', frames: [7] })
    expect(merge.inputs.map(({ frame, samples }) => [frame, samples])).toEqual([0, 1, 2, 3].map((n) => [n, 16]))
    await two.complete(merge)
    expect(await job.show()).toMatchObject({ state: 'completed', frames: { total: 1, completed: 1 } })
    expect((await job.outputs()).map(({ kind, frame }) => [kind, frame])).toEqual([['frame', 7]])
    expect((await job.frames()).items.map(({ frame, state }) => [frame, state])).toEqual([[7, 'completed']])
  })

  it('loses a range with its worker, not the still', async () => {
    const { job, one, two } = await setUp()
    const lost = await leaseOne(one)
    await one.offline()
    expect(await two.workUntilIdle()).toBeGreaterThan(1)
    expect(await job.state()).toBe('completed')
    await expect(one.complete(lost)).rejects.toMatchObject({ code: 'farm.stale_attempt' })
  })

  it('that was cancelled and queued again is finished with what it has', async () => {
    const { job, one } = await setUp()
    await one.complete(await leaseOne(one))
    await job.cancel()
    await job.requeue()
    await job.finish()
    expect(await job.steps()).toBe('render_samples completed, merge_samples pending')
    await one.complete(await leaseOne(one))
    expect(await job.show()).toMatchObject({ state: 'completed', samples: { total: 16, completed: 16 } })
  })

  it('is of one frame', async () => {
    await expect(setUp({}, { frames: '1-2' })).rejects.toMatchObject({ code: 'request.invalid' })
  })

  it('is rendered again as a whole', async () => {
    const { job, one } = await setUp()
    const done = await one.workUntilIdle()
    await job.requeue({ frames: [7] })
    expect(await job.show()).toMatchObject({ state: 'queued', samples: { completed: 0 } })
    expect(await one.workUntilIdle()).toBe(done)
    expect(await job.state()).toBe('completed')
  })

  it('has a contact sheet like any job', async () => {
    const { job, one } = await setUp({}, { contactSheet: true })
    await one.workUntilIdle()
    expect(await job.steps()).toBe('render_samples completed, merge_samples completed, contact_sheet completed')
  })
})

describe('finishing early', () => {
  it('merges what was handed out when a person says so', async () => {
    const { job, one, two } = await setUp({ samples: 160 })
    await expect(job.finish()).rejects.toMatchObject({ code: 'job.illegal_transition' })
    await one.complete(await leaseOne(one))
    const held = await leaseOne(two)
    await job.finish()
    expect((await one.lease()).map(({ step }) => step)).toEqual([])
    await two.complete(held)
    const merge = await leaseOne(one)
    expect(merge).toMatchObject({ step: 'merge_samples' })
    expect(merge.inputs).toHaveLength(1 + held.frames.length)
    await one.complete(merge)
    expect(await job.show()).toMatchObject({ state: 'completed', samples: { total: 16 * merge.inputs.length } })
  })

  it('begins the merge at once when nothing is under way', async () => {
    const { job, one } = await setUp()
    await one.complete(await leaseOne(one))
    expect(await job.finish()).toMatchObject({ state: 'queued' })
    expect(await leaseOne(one)).toMatchObject({ step: 'merge_samples' })
  })

  it('happens by itself below the noise that was asked for', async () => {
    const { job, one } = await setUp({ samples: 640, noise: 0.02 }, { chunk: 2 })
    const lease = await leaseOne(one)
    await one.frame(lease, 0)
    // Noisy still; then as many samples again from elsewhere would halve it: what counts is all that is there.
    await one.frame(lease, 1, { noise: { value: 0.03, samples: 32 } })
    expect((await job.show()).samples).toEqual({ total: 640, completed: 32, noise: expect.closeTo(0.03, 5) as number })
    await one.finish(lease)
    const next = await leaseOne(one)
    await one.frame(next, 2)
    await one.frame(next, 3, { noise: { value: 0.025, samples: 32 } })
    expect((await job.show()).samples).toMatchObject({
      total: 64,
      noise: expect.closeTo(0.025 / Math.SQRT2, 5) as number,
    })
    await one.finish(next)
    expect(await leaseOne(one)).toMatchObject({ step: 'merge_samples' })
    const events = await job.events()
    expect(events.map(({ message }) => message).join()).toContain('clean enough')
  })
})

describe('continuing', () => {
  it('renders more samples, keeps those that are there, and merges anew', async () => {
    const { job, one } = await setUp()
    await one.workUntilIdle()
    await expect(job.continue(64)).rejects.toMatchObject({ code: 'request.invalid' })
    expect(await job.continue(256)).toMatchObject({
      state: 'queued',
      frames: { completed: 0 },
      samples: { total: 256, completed: 64 },
    })
    const ranges: number[] = []
    let lease = await leaseOne(one)
    for (; lease.step === 'render_samples'; lease = await leaseOne(one)) {
      expect(lease.parameters).toMatchObject({ split: { samples: 256, range: 16 } })
      ranges.push(...lease.frames)
      await one.complete(lease)
    }
    expect(ranges).toEqual(Array.from({ length: 12 }, (_, index) => index + 4))
    expect(lease.inputs).toHaveLength(16)
    await one.complete(lease)
    expect(await job.state()).toBe('completed')
  })

  it('goes on behind a last range that was short', async () => {
    const { job, one } = await setUp({ samples: 40 })
    await one.workUntilIdle()
    await job.continue(48)
    const lease = await leaseOne(one)
    expect(lease).toMatchObject({ step: 'render_samples', frames: [3] })
    expect(lease.parameters).toMatchObject({ split: { samples: 48, more: [{ place: 3, first: 40, range: 16 }] } })
    await one.complete(lease)
    expect(await one.workUntilIdle()).toBe(1)
    expect(await job.show()).toMatchObject({ state: 'completed', samples: { total: 48, completed: 48 } })
  })

  it('goes on after an early finish', async () => {
    const { job, one } = await setUp({ samples: 160 }, { chunk: 1 })
    await one.complete(await leaseOne(one))
    await job.finish()
    await one.workUntilIdle()
    expect(await job.show()).toMatchObject({ state: 'completed', samples: { total: 16 } })
    await job.continue(48)
    expect(await one.workUntilIdle()).toBe(3)
    expect(await job.show()).toMatchObject({ state: 'completed', samples: { total: 48, completed: 48 } })
  })

  it('is for stills in ranges only', async () => {
    const { job } = await setUp({}, { split: undefined })
    await expect(job.continue(100)).rejects.toMatchObject({ code: 'job.illegal_transition' })
    await expect(job.finish()).rejects.toMatchObject({ code: 'job.illegal_transition' })
  })
})
