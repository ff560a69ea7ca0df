import { type JobSort, jobSorts } from '@backlot/contract/schemas/jobs'
import type { JobState } from '@backlot/contract/states'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { by, type Installation, install, Job, type Tenant, Worker } from './harness.ts'

describe('the list of jobs', () => {
  let installation: Installation
  let tenant: Tenant

  beforeAll(async () => {
    installation = await install()
    tenant = await installation.addTenant()
    const { server } = installation
    const submit = (name: string, owner: string, changes: Parameters<typeof Job.submit>[2]) =>
      Job.submit(server, { ...tenant.person(), name: owner }, { name, ...changes })
    await submit('beach 100%', 'Zoe', { frames: '1-4', priority: 90 })
    await submit('Crowd', 'ada', { frames: '1-2', priority: 80 })
    await submit('alley', 'Ben', { frames: '1-4' })
    const desert = await submit('Desert_beach', 'ben', { frames: '1' })
    await desert.cancel()
    await Job.submit(server, (await installation.addTenant()).person(), { name: 'beach of others' })

    // The beach is complete after 50 s, the crowd at work on its second frame since 10 s.
    const worker = await Worker.join(server, tenant.tenantId)
    for (let frame = 1; frame <= 5; frame++) {
      const [lease] = await worker.lease()
      installation.clock.advance(10)
      await worker.complete(lease!)
    }
    await worker.lease()
  })
  afterAll(() => installation.close())

  interface Query {
    sort?: JobSort
    search?: string
    state?: JobState
    cursor?: string
    limit?: number
  }
  function list(query: Query) {
    const input = { query: { limit: 50, ...query }, params: undefined, body: undefined }
    return installation.server.pipeline.routes.listJobs(input, by(tenant.person('project_manager')))
  }
  const namesOf = async (query: Query) => (await list(query)).items.map(({ name }) => name)

  it.each<[JobSort, string[]]>([
    ['created', ['beach 100%', 'Crowd', 'alley', 'Desert_beach']],
    ['-created', ['Desert_beach', 'alley', 'Crowd', 'beach 100%']],
    ['name', ['alley', 'beach 100%', 'Crowd', 'Desert_beach']],
    ['-name', ['Desert_beach', 'Crowd', 'beach 100%', 'alley']],
    // Equal ones newest first, whatever the direction.
    ['owner', ['Crowd', 'Desert_beach', 'alley', 'beach 100%']],
    ['-owner', ['beach 100%', 'Desert_beach', 'alley', 'Crowd']],
    ['state', ['alley', 'Crowd', 'beach 100%', 'Desert_beach']],
    ['-state', ['Desert_beach', 'beach 100%', 'Crowd', 'alley']],
    ['frames', ['Desert_beach', 'alley', 'Crowd', 'beach 100%']],
    ['-frames', ['beach 100%', 'Crowd', 'Desert_beach', 'alley']],
    // What has not started comes last, whatever the direction.
    ['time', ['Crowd', 'beach 100%', 'Desert_beach', 'alley']],
    ['-time', ['beach 100%', 'Crowd', 'Desert_beach', 'alley']],
  ])('is ordered by %s', async (sort, expected) => {
    expect(await namesOf({ sort })).toEqual(expected)
  })

  it.each(jobSorts)('has every job once over pages of one, by %s', async (sort) => {
    const names: string[] = []
    let cursor: string | undefined
    do {
      const page = await list({ sort, limit: 1, ...(cursor !== undefined && { cursor }) })
      names.push(...page.items.map(({ name }) => name))
      cursor = page.next
      // A job that runs on between two pages neither comes twice nor is left out.
      installation.clock.advance(0.5)
    } while (cursor !== undefined)
    expect(names).toEqual(await namesOf({ sort }))
  })

  it('finds by a part of the name, in capitals or not, and nothing of other tenants', async () => {
    expect(await namesOf({ search: 'BEACH' })).toEqual(['Desert_beach', 'beach 100%'])
    expect(await namesOf({ search: 'BEACH', sort: 'name' })).toEqual(['beach 100%', 'Desert_beach'])
    expect(await namesOf({ search: '0%' })).toEqual(['beach 100%'])
    expect(await namesOf({ search: '_' })).toEqual(['Desert_beach'])
    expect(await namesOf({ search: 'beach', state: 'completed' })).toEqual(['beach 100%'])
    expect(await namesOf({ search: 'nothing' })).toEqual([])
  })

  it('refuses the cursor of a list in another order', async () => {
    const { next } = await list({ sort: 'name', limit: 1 })
    await expect(list({ sort: 'owner', cursor: next! })).rejects.toMatchObject({ code: 'request.invalid' })
  })
})
