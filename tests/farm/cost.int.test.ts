import { describe, expect, it } from 'vitest'
import { by, Job, Worker, useInstallation } from './harness.ts'

/** Who worked on a job, when, and what that costs. */
const farm = useInstallation()

const join = (name: string) => Worker.join(farm.server, farm.tenant.tenantId, { name })
const setRate = ({ workerId }: Worker, hourlyRate: number | null) =>
  farm.server.farm.routes.changeWorker(
    { params: { workerId }, body: { hourlyRate }, query: undefined },
    by(farm.tenant.person('tenant_admin')),
  )

describe('the cost of a job', () => {
  it('is the time of workers by their rates, when they leased it', async () => {
    const job = await Job.submit(farm.server, farm.tenant.person(), { frames: '1-4', chunk: 1 })
    const [one, two] = [await join('one'), await join('two')]
    await setRate(one, 36)
    const [first] = await one.lease()
    await setRate(one, 3600)
    const [second] = await two.lease()
    farm.installation.clock.advance(10)
    await one.complete(first!)
    await two.complete(second!)
    const detail = await job.show()
    expect(detail.cost).toMatchObject({ ratedSeconds: 10, workerSeconds: 20 })
    expect(detail.cost?.soFar).toBeCloseTo(0.1)
    expect(detail.cost?.total).toBeCloseTo(0.2)
    const rest = await two.lease(2)
    farm.installation.clock.advance(5)
    for (const lease of rest) await two.complete(lease)
    const ended = await job.show()
    expect(ended).toMatchObject({ state: 'completed', cost: { workerSeconds: 30 } })
    expect(ended.cost?.total).toBeCloseTo(0.1)
  })

  it('is not told where no worker has a rate', async () => {
    const job = await Job.submit(farm.server, farm.tenant.person(), { frames: '1' })
    await (await join('one')).workUntilIdle()
    expect((await job.show()).cost).toBeNull()
  })
})

describe('the timeline of a job', () => {
  it('has its attempts in the order in which they began, in pages', async () => {
    const job = await Job.submit(farm.server, farm.tenant.person(), { frames: '1-3', chunk: 1 })
    const [one, two] = [await join('one'), await join('two')]
    const [lost] = await one.lease()
    farm.installation.clock.advance(3)
    await one.fail(lost!)
    await two.workUntilIdle()
    const list = (query: { cursor?: string; limit: number }) =>
      farm.server.pipeline.routes.listTimeline({ params: { jobId: job.jobId }, query, body: undefined }, by(job.person))
    const first = await list({ limit: 3 })
    const second = await list({ limit: 3, cursor: first.next! })
    const all = [...first.items, ...second.items]
    expect(all.map(({ worker, state, frames }) => `${worker} ${state} ${frames}`)).toEqual([
      'one failed 1',
      'two completed 1',
      'two completed 2',
      'two completed 3',
    ])
    expect(all[0]).toMatchObject({ error: { code: 'render.crashed' }, framesDone: 0 })
    expect(Date.parse(all[0]!.endedAt!) - Date.parse(all[0]!.startedAt)).toBe(3000)
    expect(second.next).toBeUndefined()
    await expect(list({ limit: 3, cursor: 'x' })).rejects.toMatchObject({ code: 'request.invalid' })
  })
})
