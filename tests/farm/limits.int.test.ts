import type { Lease } from '@backlot/contract/schemas/farm'
import type { LimitChange } from '@backlot/contract/schemas/limits'
import type { SubmissionInput } from '@backlot/contract/schemas/jobs'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { by, type Installation, install, Job, type Server, type Tenant, Worker } from './harness.ts'

let installation: Installation
let server: Server
let tenant: Tenant
beforeAll(async () => {
  installation = await install()
  server = installation.server
})
afterAll(() => installation.close())
beforeEach(async () => {
  tenant = await installation.addTenant()
})

const submit = (changes: Partial<SubmissionInput> = {}, person = tenant.person()) =>
  Job.submit(server, person, { frames: '1-40', ...changes })
const join = (count: number) =>
  Promise.all(Array.from({ length: count }, () => Worker.join(server, tenant.tenantId, { slots: 4 })))
const limit = (body: LimitChange) =>
  server.farm.routes.setLimit({ body, params: undefined, query: undefined }, by(tenant.person('tenant_admin')))
const limitTenant = (most: number | null, weight = 1) =>
  server.farm.routes.setTenantLimit(
    { body: { most, weight }, params: { tenantId: tenant.tenantId }, query: undefined },
    by(tenant.person('tenant_admin')),
  )
const listed = async () =>
  (
    await server.farm.routes.listLimits(
      { body: undefined, params: undefined, query: undefined },
      by(tenant.person('tenant_admin')),
    )
  ).items
const leaseAll = async (workers: readonly Worker[]): Promise<Lease[]> =>
  (await Promise.all(workers.map((worker) => worker.lease(4)))).flat()
const codes = async (job: Job) => (await job.why()).reasons.map(({ code }) => code)

describe('a limit of tasks at once', () => {
  it('of a tenant is kept by many workers that ask at once, and by the next ones', async () => {
    await limitTenant(3)
    const person = tenant.person()
    await submit({}, person)
    const second = await submit({}, person)
    const workers = await join(4)
    const leases = await leaseAll(workers)
    expect(leases).toHaveLength(3)
    expect(await leaseAll(workers)).toEqual([])
    expect(await codes(second)).toEqual(['tenant_limit'])
    expect(await listed()).toEqual([{ kind: 'tenant', name: '', most: 3, least: 0, weight: 1, running: 3 }])
    const holder = workers.find(({ held }) => held.size > 0) as Worker
    expect(await holder.complete([...holder.held.values()][0] as Lease, 4)).toHaveLength(1)
  })

  it('can be changed while work runs, up and down', async () => {
    await limitTenant(2)
    await submit()
    const workers = await join(2)
    expect(await leaseAll(workers)).toHaveLength(2)
    await limitTenant(5)
    expect(await leaseAll(workers)).toHaveLength(3)
    await limitTenant(1)
    for (const worker of workers) {
      for (const lease of worker.held.values()) await worker.complete(lease)
    }
    expect(await leaseAll(workers)).toHaveLength(1)
    await limitTenant(null)
    expect(await leaseAll(workers)).toHaveLength(8)
  })

  it('of a job is its own', async () => {
    const narrow = await submit({ maxRunning: 2 })
    const wide = await submit()
    const workers = await join(2)
    const leases = await leaseAll(workers)
    const of = (job: Job) => leases.filter(({ jobId }) => jobId === job.jobId)
    expect(of(narrow).length).toBeLessThanOrEqual(2)
    expect(of(narrow).length + of(wide).length).toBe(8)
    expect(await narrow.change({ maxRunning: null })).toMatchObject({ state: 'running' })
    expect((await narrow.show()).settings).not.toHaveProperty('maxRunning')
  })

  it('of a pool bounds the jobs of it, and no others', async () => {
    await limit({ kind: 'pool', name: 'heavy', most: 1, least: 0 })
    const heavy = await submit({ pool: 'heavy', priority: 90 })
    const also = await submit({ pool: 'heavy', priority: 90 })
    const light = await submit()
    const workers = await join(2)
    const running = await leaseAll(workers)
    expect(running.filter(({ jobId }) => jobId === light.jobId)).toHaveLength(7)
    expect(running).toHaveLength(8)
    const waits = running.some(({ jobId }) => jobId === heavy.jobId) ? also : heavy
    expect(await codes(waits)).toEqual(['pool_limit'])
  })

  it('of licences is one token for each task', async () => {
    const job = await submit({ licences: ['nuke'] })
    const workers = await join(2)
    expect(await leaseAll(workers)).toEqual([])
    expect(await codes(job)).toEqual(['licence_limit'])
    await limit({ kind: 'licence', name: 'nuke', most: 2 })
    expect(await leaseAll(workers)).toHaveLength(2)
    expect(await leaseAll(workers)).toEqual([])
    await expect(
      server.farm.routes.removeLimit(
        { body: undefined, params: { kind: 'licence', name: 'nuke' }, query: undefined },
        by(tenant.person('tenant_admin')),
      ),
    ).resolves.toBeUndefined()
    expect(await listed()).toEqual([])
  })
})

describe('a promise', () => {
  it('to a pool comes before a higher priority, until it is kept', async () => {
    await limit({ kind: 'pool', name: 'dailies', most: null, least: 2 })
    const dailies = await submit({ pool: 'dailies', priority: 1 })
    await submit({ priority: 90 })
    const [worker] = await join(1)
    const leases = await (worker as Worker).lease(4)
    expect(leases.filter(({ jobId }) => jobId === dailies.jobId)).toHaveLength(2)
  })
})

describe('a weight', () => {
  it('gives twice the tasks for twice the weight', async () => {
    const [ada, ben] = [tenant.person(), tenant.person()]
    await limit({ kind: 'person', name: ada.userId, weight: 3 })
    const hers = await submit({}, ada)
    const his = await submit({}, ben)
    const workers = await join(2)
    const leases = await leaseAll(workers)
    const count = (job: Job) => leases.filter(({ jobId }) => jobId === job.jobId).length
    expect([count(hers), count(his)]).toEqual([6, 2])
  })
})

it('two servers on one database never exceed a limit', async () => {
  const other = installation.addServer()
  await limitTenant(5)
  for (let job = 0; job < 6; job++) await submit()
  const workers = await join(8)
  for (const [index, worker] of workers.entries()) if (index % 2 === 1) worker.server = other
  let most = 0
  for (let round = 0; round < 12; round++) {
    await Promise.all(
      workers.map(async (worker) => {
        const [held] = worker.held.values()
        if (held === undefined) await worker.lease(2)
        else await worker.complete(held, 2)
      }),
    )
    const running = workers.reduce((sum, { held }) => sum + held.size, 0)
    most = Math.max(most, running)
    expect(running).toBeLessThanOrEqual(5)
  }
  expect(most).toBe(5)
})
