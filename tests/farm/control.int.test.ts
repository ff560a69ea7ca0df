import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Installation, install, Job, type Tenant, Worker } from './harness.ts'

describe('control of a job', () => {
  let installation: Installation
  let tenant: Tenant
  let worker: Worker
  beforeAll(async () => void (installation = await install()))
  afterAll(() => installation.close())

  async function setUp(changes: Parameters<typeof Job.submit>[2] = {}): Promise<Job> {
    tenant = await installation.addTenant()
    worker = await Worker.join(installation.server, tenant.tenantId)
    return Job.submit(installation.server, tenant.person(), changes)
  }
  const illegal = expect.objectContaining({ code: 'job.illegal_transition' })

  it('registers and cancels 50,000 frames in milliseconds', async () => {
    await setUp()
    const times: Record<'register' | 'cancel', number[]> = { register: [], cancel: [] }
    for (let round = 0; round < 5; round++) {
      const begun = performance.now()
      const job = await Job.submit(installation.server, tenant.person(), { frames: '1-50000', contactSheet: true })
      const registered = performance.now()
      const cancelled = await job.cancel()
      times.register.push(registered - begun)
      times.cancel.push(performance.now() - registered)
      expect(cancelled).toMatchObject({ state: 'cancelled', tasks: { queued: 0, cancelled: 50_001 } })
      expect((await job.frames({ from: 49_999 })).items.map(({ state }) => state)).toEqual(['cancelled', 'cancelled'])
    }
    const best = (values: number[]) => Math.min(...values).toFixed(1)
    console.log(`50,000 frames: registered in ${best(times.register)} ms, cancelled in ${best(times.cancel)} ms`)
  })

  it('cancels: who renders is told, and the job ends when the last one lets go', async () => {
    const job = await setUp({ frames: '1-10', contactSheet: true })
    const [one, two] = await worker.lease(2)
    await worker.frame(one!, 1)
    installation.published.length = 0
    expect(await job.cancel()).toMatchObject({ state: 'cancelling', tasks: { running: 2, cancelled: 9, queued: 0 } })
    expect(await job.cancel()).toMatchObject({ state: 'cancelling' })
    const drops = installation.published.filter(({ topic }) => topic === 'agentDrop')
    const dropped = drops.flatMap(({ payload }) => (payload as { attempts: string[] }).attempts)
    expect(dropped.toSorted()).toEqual([one!.attemptId, two!.attemptId].toSorted())
    await expect(job.requeue()).rejects.toEqual(illegal)
    expect(await worker.lease()).toEqual([])
    expect((await worker.renew([one!, two!])).toSorted()).toEqual([one!.attemptId, two!.attemptId].toSorted())
    await worker.finish(one!) // it was quick enough: the frame counts
    await worker.finish(two!, { state: 'released' })
    expect(await job.show()).toMatchObject({
      state: 'cancelled',
      frames: { completed: 1, failed: 0 },
      tasks: { completed: 1, cancelled: 10, running: 0 },
    })
    expect(await job.steps()).toBe('render_frames cancelled, contact_sheet cancelled')
    await expect(job.cancel()).rejects.toEqual(illegal)
  })

  it('cancels although the worker is dead: its lease runs out', async () => {
    const job = await setUp()
    await worker.lease()
    await job.cancel()
    for (let seconds = 0; seconds < 80; seconds += 5) {
      await worker.renew([]) // it lives, but never lets go
      installation.clock.advance(5)
      await installation.server.farm.sweep()
    }
    expect(await job.state()).toBe('cancelled')
  })

  it('cancels two steps that end in the same moment', async () => {
    const job = await setUp({ frames: '1', contactSheet: true, videoFps: 24 })
    await worker.complete((await worker.lease())[0]!)
    const leases = await worker.lease(2)
    await Promise.all(
      leases.map((lease) => worker.output(lease, lease.step === 'encode_video' ? 'video' : 'contact_sheet')),
    )
    await job.cancel()
    for (let seconds = 0; seconds < 80; seconds += 5) {
      installation.clock.advance(5)
      await installation.server.farm.sweep()
    }
    expect(await job.steps()).toBe('render_frames completed, contact_sheet completed, encode_video completed')
    expect(await job.state()).toBe('cancelled')
  })

  it('pauses: what renders is finished, nothing new begins, and a failure does not revive the job', async () => {
    const job = await setUp({ frames: '1-3' })
    const [one, two] = await worker.lease(2)
    await job.pause()
    await expect(job.pause()).rejects.toEqual(illegal)
    await worker.complete(one!)
    await worker.fail(two!)
    expect(await worker.lease()).toEqual([])
    expect(await job.show()).toMatchObject({ state: 'paused', tasks: { completed: 1, queued: 2 } })
    await job.resume()
    await expect(job.resume()).rejects.toEqual(illegal)
    expect(await worker.workUntilIdle()).toBe(2)
    expect(await job.state()).toBe('completed')
  })

  it('completes a paused job whose last task was at work', async () => {
    const job = await setUp({ frames: '1' })
    const [lease] = await worker.lease()
    await job.pause()
    await worker.complete(lease!)
    expect(await job.state()).toBe('completed')
  })

  it('queues again what was cancelled, and keeps what is done', async () => {
    const job = await setUp({ frames: '1-4', contactSheet: true })
    await worker.complete((await worker.lease())[0]!)
    await job.cancel()
    await job.requeue()
    expect(await job.show()).toMatchObject({ state: 'queued', endedAt: null, tasks: { completed: 1, queued: 4 } })
    expect(await worker.workUntilIdle()).toBe(4)
    expect(await job.state()).toBe('completed')
    await expect(job.requeue()).rejects.toEqual(illegal) // nothing failed
  })

  it('queues everything again', async () => {
    const job = await setUp({ frames: '1-4', chunk: 2, contactSheet: true })
    await worker.workUntilIdle()
    await job.requeue({ all: true })
    expect(await job.show()).toMatchObject({
      state: 'queued',
      frames: { completed: 0 },
      tasks: { queued: 3 },
      lastFrame: null,
    })
    expect(await job.outputs()).toEqual([])
    expect(await worker.workUntilIdle()).toBe(3)
    expect(await job.show()).toMatchObject({ state: 'completed', frames: { completed: 4 } })
    expect(await job.outputs()).toHaveLength(5)
  })

  it('queues single frames again, and what is made of them', async () => {
    const job = await setUp({ frames: '1-6', chunk: 3, contactSheet: true })
    await worker.workUntilIdle()
    await expect(job.requeue({ frames: [7] })).rejects.toMatchObject({ code: 'job.frame_not_found' })
    await job.requeue({ frames: [2, 6, 2] })
    expect(await job.show()).toMatchObject({ frames: { completed: 4 }, tasks: { queued: 3 } })
    const [one] = await worker.lease()
    expect(one?.frames).toEqual([2])
    await expect(job.requeue({ frames: [1] })).rejects.toEqual(illegal) // somebody works on it
    await worker.complete(one!)
    expect(await worker.workUntilIdle()).toBe(2)
    expect(await job.show()).toMatchObject({ state: 'completed', frames: { completed: 6, failed: 0 } })
  })

  it('queues failed tasks again while the rest goes on', async () => {
    const job = await setUp({ frames: '1-3', maxRetries: 0 })
    const [one, two] = await worker.lease(2)
    await worker.fail(one!)
    expect(await job.show()).toMatchObject({ state: 'running', frames: { failed: 1 }, tasks: { failed: 1 } })
    await job.requeue()
    expect(await job.show()).toMatchObject({ state: 'running', frames: { failed: 0 }, tasks: { failed: 0, queued: 2 } })
    await worker.complete(two!)
    await worker.workUntilIdle()
    expect(await job.state()).toBe('completed')
  })

  it('does a failed contact sheet again without the render', async () => {
    const job = await setUp({ frames: '1-30', chunk: 30, contactSheet: true, videoFps: 24, maxRetries: 0 })
    await worker.complete((await worker.lease())[0]!)
    const leases = await worker.lease(2)
    const sheet = leases.find(({ step }) => step === 'contact_sheet')
    const video = leases.find(({ step }) => step === 'encode_video')
    expect(sheet?.inputs).toHaveLength(24)
    expect([sheet?.inputs[0]?.frame, sheet?.inputs.at(-1)?.frame]).toEqual([1, 30])
    expect(video?.inputs).toHaveLength(30)
    await worker.fail(sheet!)
    expect(await job.state()).toBe('running')
    await worker.complete(video!)
    expect(await job.steps()).toBe('render_frames completed, contact_sheet failed, encode_video completed')
    expect(await job.state()).toBe('failed')
    await job.requeue()
    expect(await job.steps()).toBe('render_frames completed, contact_sheet pending, encode_video completed')
    expect(await worker.workUntilIdle()).toBe(1)
    expect(await job.state()).toBe('completed')
  })
})
