import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aSubmission, by, type Installation, install, Job, missingBlob, type Tenant, Worker } from './harness.ts'

describe('a job', () => {
  let installation: Installation
  let tenant: Tenant
  beforeAll(async () => void (installation = await install()))
  afterAll(() => installation.close())

  async function setUp(changes: Parameters<typeof Job.submit>[2] = {}) {
    tenant = await installation.addTenant()
    const { server } = installation
    const worker = await Worker.join(server, tenant.tenantId)
    return { worker, job: await Job.submit(server, tenant.person(), changes) }
  }

  it('goes from its submission through every step to its end', async () => {
    const { worker, job } = await setUp({
      frames: '1-5',
      chunk: 2,
      contactSheet: true,
      videoFps: 25,
      stages: [
        { name: 'upload', seconds: 3 },
        { name: 'trace', seconds: 1, output: { files: 7 } },
      ],
    })
    expect(await job.steps()).toBe(
      'trace completed, upload completed, render_frames pending, contact_sheet pending, encode_video pending',
    )
    const [first] = await worker.lease(1)
    expect(first).toMatchObject({ step: 'render_frames', frames: [1, 2], fence: 1, inputs: [], fileVersion: 405 })
    expect(first?.parameters).toMatchObject({ blendPath: 'scene.blend', device: 'auto' })
    expect(await job.state()).toBe('running')

    installation.clock.advance(10)
    await worker.complete(first!)
    expect(await worker.workUntilIdle()).toBe(4) // two more chunks, the contact sheet and the video

    const shown = await job.show()
    expect(shown).toMatchObject({
      state: 'completed',
      frames: { total: 5, completed: 5, failed: 0 },
      tasks: { queued: 0, running: 0, completed: 5, failed: 0, cancelled: 0 },
      lastFrame: 5,
      eta: { seconds: 0, secondsPerFrame: 2 },
      error: null,
    })
    expect(shown.document.result).toEqual({
      frames: 5,
      duration_s: 10,
      engine: 'cycles',
      device: 'CPU',
      blender: '4.5.1',
    })
    expect(shown.document.steps.find(({ name }) => name === 'render_frames')?.output).toMatchObject({
      render_seconds: 10,
      fastest_seconds: 2,
      slowest_seconds: 2,
      slowest_frame: 1,
      worker_seconds: 10,
    })
    expect(shown.document.steps.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'completed'))
    expect((await job.outputs()).map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'frame 1.png',
      'frame 2.png',
      'frame 3.png',
      'frame 4.png',
      'frame 5.png',
      'contact_sheet contact_sheet.bin',
      'video video.bin',
    ])
    const events = await job.events()
    expect(events.map(({ kind, step }) => `${kind} ${step}`)).toEqual([
      'note null',
      'step_start render_frames',
      'step_done render_frames',
      'step_start contact_sheet',
      'step_done contact_sheet',
      'step_start encode_video',
      'step_done encode_video',
      'note null',
    ])
    expect(installation.published.some(({ topic }) => topic === 'jobFrame')).toBe(true)
  })

  it('is made once, however often it is submitted', async () => {
    const { job } = await setUp()
    const { routes } = installation.server.pipeline
    const body = aSubmission()
    const submit = (person = job.person) => routes.submitJob({ body, params: undefined, query: undefined }, by(person))
    const answers = await Promise.all([submit(), submit(), submit()])
    expect(new Set(answers.map(({ jobId }) => jobId)).size).toBe(1)
    expect(answers.filter(({ created }) => created)).toHaveLength(1)
    await expect(submit(tenant.person())).rejects.toMatchObject({ code: 'request.conflict' })
  })

  it('is refused when its frames, its files or its Blender can not be', async () => {
    await setUp()
    const submit = (changes: Parameters<typeof aSubmission>[0], frames = '1') =>
      installation.server.pipeline.routes.submitJob(
        { body: { ...aSubmission(changes), frames }, params: undefined, query: undefined },
        by(tenant.person()),
      )
    await expect(submit({}, '10-1')).rejects.toMatchObject({ code: 'submit.invalid_frames' })
    await expect(submit({ treeId: missingBlob })).rejects.toMatchObject({ code: 'tree.not_found' })
    await expect(submit({ blender: '4.2', fileVersion: 405 })).rejects.toMatchObject({ code: 'request.invalid' })
  })

  it('belongs to its artist: others see it only from project manager up', async () => {
    const { job } = await setUp()
    const { server } = installation
    const seenBy = (person: typeof job.person) => new Job(server, person, job.jobId)
    await expect(seenBy(tenant.person('artist')).show()).rejects.toMatchObject({ code: 'job.not_found' })
    await expect(seenBy(tenant.person('client')).cancel()).rejects.toMatchObject({ code: 'job.not_found' })
    expect(await seenBy(tenant.person('project_manager')).state()).toBe('queued')
    const stranger = (await installation.addTenant()).person('tenant_admin')
    await expect(seenBy(stranger).show()).rejects.toMatchObject({ code: 'job.not_found' })
    await expect(seenBy(stranger).cancel()).rejects.toMatchObject({ code: 'job.not_found' })

    const list = (person: typeof job.person) =>
      server.pipeline.routes.listJobs({ query: { limit: 1 }, params: undefined, body: undefined }, by(person))
    await Job.submit(server, tenant.person())
    expect((await list(job.person)).items).toHaveLength(1)
    const manager = tenant.person('project_manager')
    const page = await list(manager)
    expect(page.items[0]?.jobId).not.toBe(job.jobId) // newest first
    const rest = await server.pipeline.routes.listJobs(
      { query: { limit: 5, cursor: page.next }, params: undefined, body: undefined },
      by(manager),
    )
    expect(rest).toEqual({ items: [expect.objectContaining({ jobId: job.jobId })] })
  })

  it('tells of every frame with which settings it was rendered', async () => {
    const hashes = async (job: Job) => new Set((await job.frames()).items.map(({ settingsHash }) => settingsHash))
    const [plain, small] = [
      await setUp({ frames: '1-3' }),
      await setUp({ frames: '1-2', render: { blendPath: 'scene.blend', percentage: 50 } }),
    ]
    expect(await hashes(plain.job)).toEqual(new Set([null]))
    for (const { worker } of [plain, small]) await worker.workUntilIdle()
    const [[first], [second]] = [[...(await hashes(plain.job))], [...(await hashes(small.job))]]
    expect([first, second]).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), expect.stringMatching(/^[0-9a-f]{32}$/)])
    expect(first).not.toBe(second)
  })

  it('fails when frames fail for good, keeps what is done, and skips what would be made of all', async () => {
    const { worker, job } = await setUp({ frames: '1-3', maxRetries: 1, contactSheet: true })
    for (let lease = (await worker.lease())[0]; lease !== undefined; lease = (await worker.lease())[0]) {
      await (lease.frames[0] === 2 ? worker.fail(lease, 'scene') : worker.complete(lease))
    }
    const shown = await job.show()
    expect(shown).toMatchObject({
      state: 'failed',
      frames: { total: 3, completed: 2, failed: 1 },
      tasks: { queued: 0, running: 0, completed: 2, failed: 1, cancelled: 1 },
      error: { code: 'render.crashed' },
    })
    expect(await job.steps()).toBe('render_frames failed, contact_sheet skipped')
    expect((await job.frames()).items.map(({ state }) => state)).toEqual(['completed', 'failed', 'completed'])

    await job.requeue()
    expect(await worker.workUntilIdle()).toBe(2)
    expect(await job.show()).toMatchObject({ state: 'completed', error: null, frames: { completed: 3, failed: 0 } })
  })

  it('shows its frames and tasks page by page', async () => {
    const { worker, job } = await setUp({ frames: '1-9x2,20-22', chunk: 3 })
    const [lease] = await worker.lease()
    await worker.frame(lease!, 1)
    await worker.renew([{ ...lease!, frames: [3] }])
    const page = await job.frames({ limit: 3 })
    expect(page.items.map(({ frame, state, progress }) => [frame, state, progress])).toEqual([
      [1, 'completed', null],
      [3, 'running', 0.5],
      [5, 'queued', null],
    ])
    expect((await job.frames({ limit: 500, cursor: page.next! })).items.map(({ frame }) => frame)).toEqual([
      7, 9, 20, 21, 22,
    ])
    expect((await job.frames({ from: 10, limit: 2 })).items.map(({ frame }) => frame)).toEqual([20, 21])
    await worker.lease()
    const tasks = await job.tasks({ limit: 1 })
    expect(tasks.items[0]).toMatchObject({ frames: '1-5x2', state: 'leased', worker: 'worker', step: 'render_frames' })
    expect((await job.tasks({ cursor: tasks.next! })).items.map(({ frames }) => frames)).toEqual(['7,9,20'])
  })

  it('keeps the log of its attempts, numbered without gaps, and not without end', async () => {
    const { worker, job } = await setUp({ frames: '1-2' })
    const leases = await worker.lease(2)
    await Promise.all(leases.flatMap((lease) => [worker.log(lease, 'a', 'b'), worker.log(lease, 'c')]))
    const lines = await job.logs()
    expect(lines.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6])
    expect((await job.logs({ after: 4 })).map(({ seq }) => seq)).toEqual([5, 6])
    expect((await job.logs({ before: 5, limit: 2 })).map(({ seq }) => seq)).toEqual([3, 4])
    for (let batch = 0; batch < 5; batch++) {
      await worker.log(leases[0]!, ...Array.from({ length: 500 }, () => 'Fra:1 Mem:12M'))
    }
    const end = await job.logs({ before: 1e9, limit: 1 })
    expect(end).toMatchObject([{ seq: 3 + 2001, text: 'The rest of this log was not kept.' }])
  })

  it('is deleted when it has ended, and not before', async () => {
    const { worker, job } = await setUp()
    await expect(job.remove()).rejects.toMatchObject({ code: 'job.illegal_transition' })
    await worker.workUntilIdle()
    await job.remove()
    await expect(job.show()).rejects.toMatchObject({ code: 'job.not_found' })
    const left = await installation.db.admin('select from backlot.tasks where job_id = $1', [job.jobId])
    expect(left).toEqual([])
  })

  it('refuses a frame whose file is not in storage, and one that is not of the task', async () => {
    const { worker } = await setUp()
    const [lease] = await worker.lease()
    await expect(worker.frame(lease!, 1, { sha256: missingBlob })).rejects.toMatchObject({ code: 'blob.not_found' })
    await expect(worker.frame(lease!, 4)).rejects.toMatchObject({ code: 'request.invalid' })
  })
})
