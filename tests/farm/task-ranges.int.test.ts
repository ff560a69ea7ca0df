import type { Lease } from '@backlot/contract/schemas/farm'
import { migrateDown, migrateUp } from '@backlot/db/migrations'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Installation, install, Job, type Server, type Tenant, Worker } from './harness.ts'

/** Frames of a step become tasks when they are leased: in an order, and as long as the frame times say (2 s a frame). */
let installation: Installation
let server: Server
let tenant: Tenant
beforeAll(async () => {
  installation = await install()
  server = installation.server
})
afterAll(() => installation.close())

async function setUp(changes: Parameters<typeof Job.submit>[2] = {}, workers = 1) {
  tenant = await installation.addTenant()
  const job = await Job.submit(server, tenant.person(), { chunk: undefined, ...changes })
  const joined = await Promise.all(Array.from({ length: workers }, () => Worker.join(server, tenant.tenantId)))
  return { job, worker: joined[0] as Worker, workers: joined }
}

/** Leases and completes one task after the other; the frames of each. */
async function tasksOf(worker: Worker): Promise<number[][]> {
  const tasks: number[][] = []
  for (let [lease] = await worker.lease(); lease !== undefined; [lease] = await worker.lease()) {
    tasks.push(lease.frames)
    await worker.complete(lease)
  }
  return tasks
}

describe('the length of a task', () => {
  it('is one frame until there are times, then what takes as long as asked for, and less towards the end', async () => {
    const { job, worker } = await setUp({ frames: '1-40', taskSeconds: 16 })
    const lengths = (await tasksOf(worker)).map((frames) => frames.length)
    expect(lengths).toEqual([1, 8, 8, 8, 7, 4, 2, 1, 1])
    expect(await job.state()).toBe('completed')
  })

  it('leaves something for everybody: of what is left nobody takes more than half of his share', async () => {
    const { worker, workers } = await setUp({ frames: '1-41', taskSeconds: 86_400 }, 5)
    await tasksOf1(worker)
    const leases = (await Promise.all(workers.map((each) => each.lease()))).flat()
    expect(leases.map(({ frames }) => frames.length)).toEqual([4, 4, 4, 4, 4])
  })

  it('is what a person said', async () => {
    const { worker } = await setUp({ frames: '1-5', chunk: 2 })
    expect(await tasksOf(worker)).toEqual([[1, 2], [3, 4], [5]])
  })

  it('is one frame when a frame takes longer than a task should', async () => {
    const { worker } = await setUp({ frames: '1-3', taskSeconds: 1 })
    expect(await tasksOf(worker)).toEqual([[1], [2], [3]])
  })
})

async function tasksOf1(worker: Worker): Promise<void> {
  const [lease] = await worker.lease()
  await worker.complete(lease as Lease)
}

describe('the order of frames', () => {
  it('sends scouts ahead, one by one', async () => {
    const { worker, job } = await setUp({ frames: '1-9', order: 'scout', chunk: 4 })
    expect(await tasksOf(worker)).toEqual([[1], [5], [9], [2, 3, 4, 6], [7, 8]])
    expect(await job.state()).toBe('completed')
  })

  it('refines', async () => {
    const { worker, job } = await setUp({ frames: '1-9', order: 'refine', chunk: 3 })
    const [lease] = await worker.lease()
    expect(lease?.frames).toEqual([1, 5, 9])
    await worker.frame(lease as Lease, 5)
    const { items } = await job.frames()
    expect(items.map(({ state }) => state)).toEqual(
      [...'1234'].map(() => 'queued').concat('completed', ...'6789'.split('').map(() => 'queued')),
    )
    await worker.complete({ ...(lease as Lease), frames: [1, 9] })
    expect(await tasksOf(worker)).toEqual([
      [2, 3, 7],
      [4, 6, 8],
    ])
    expect((await job.tasks()).items.map(({ frames }) => frames)).toEqual(['1-9x4', '2,3,7', '4-8x2'])
  })

  it('finds the task of a frame that is to be rendered again', async () => {
    const { worker, job } = await setUp({ frames: '11-19', order: 'refine', chunk: 3 })
    await tasksOf(worker)
    await job.requeue({ frames: [14, 17] })
    expect(await tasksOf(worker)).toEqual([[17], [14]])
    expect(await job.state()).toBe('completed')
  })
})

describe('approval', () => {
  it('holds back all but the first three frames until a person gives it', async () => {
    const { worker, job } = await setUp({ frames: '1-9', order: 'scout', chunk: 1, waitForApproval: true })
    expect((await job.show()).awaitsApproval).toBe(false)
    expect(await tasksOf(worker)).toEqual([[1], [5], [9]])
    expect(await job.show()).toMatchObject({
      state: 'running',
      awaitsApproval: true,
      tasks: { completed: 3, queued: 6 },
    })
    expect((await job.why()).reasons.map(({ code }) => code)).toEqual(['awaits_approval'])
    await job.approve()
    expect((await job.show()).awaitsApproval).toBe(false)
    expect(await tasksOf(worker)).toHaveLength(6)
    expect(await job.state()).toBe('completed')
    await expect(job.approve()).rejects.toMatchObject({ code: 'job.illegal_transition' })
  })

  it('is not asked for after a cancel', async () => {
    const { worker, job } = await setUp({ frames: '1-9', chunk: 1, waitForApproval: true })
    await tasksOf(worker)
    await job.cancel()
    expect(await job.show()).toMatchObject({ state: 'cancelled', awaitsApproval: false })
  })
})

it('two servers hand out one step at the same time, every frame once', async () => {
  tenant = await installation.addTenant()
  const job = await Job.submit(server, tenant.person(), { frames: '1-400', chunk: undefined, taskSeconds: 10 })
  const other = installation.addServer()
  const workers = await Promise.all(
    Array.from({ length: 12 }, (_, index) => Worker.join(index % 2 ? server : other, tenant.tenantId)),
  )
  const seen = (await Promise.all(workers.map(tasksOf))).flat(2)
  // Who found nothing in that moment may have left work for others.
  seen.push(...(await tasksOf(workers[0] as Worker)).flat())
  expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 400 }, (_, index) => index + 1))
  expect(await job.state()).toBe('completed')
})

it('goes back to tasks of one length, and forth again, without losing a frame', async () => {
  const even = await setUp({ frames: '1-6', chunk: 2 })
  await even.worker.complete((await even.worker.lease())[0] as Lease)
  const uneven = await setUp({ frames: '1-9', order: 'refine', taskSeconds: 8 })
  await tasksOf1(uneven.worker)
  await uneven.worker.lease() // is at work meanwhile
  const done = await setUp({ frames: '1-3', order: 'scout' })
  await tasksOf(done.worker)
  const { settings } = installation.db
  await migrateDown(settings, { to: 8 })
  const rows = await installation.db.admin(
    `select chunk, task_count, next_position, requeued, completed, frames_completed
    from backlot.farm_steps where job_id = any($1) order by step_id`,
    [[even.job.jobId, uneven.job.jobId, done.job.jobId]],
  )
  expect(rows).toEqual([
    { chunk: 2, task_count: 3, next_position: 1, requeued: 0, completed: 1, frames_completed: 2 },
    { chunk: 9, task_count: 1, next_position: 1, requeued: 1, completed: 0, frames_completed: 1 },
    { chunk: 3, task_count: 1, next_position: 1, requeued: 0, completed: 1, frames_completed: 3 },
  ])
  await migrateUp(settings)
  expect(await tasksOf(even.worker)).toEqual([
    [3, 4],
    [5, 6],
  ])
  expect(await tasksOf(uneven.worker)).toEqual([[2, 3, 4, 5, 6, 7, 8, 9]])
  expect([await even.job.state(), await uneven.job.state(), await done.job.state()]).toEqual([
    'completed',
    'completed',
    'completed',
  ])
})
