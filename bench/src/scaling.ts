import { mkdir, writeFile } from 'node:fs/promises'
import { createClusterDatabase, type TestDatabase } from '@backlot/db/testing/cluster-database'
import { startTestCluster, type TestCluster } from '@backlot/db/testing/test-cluster'
import { Job } from '@backlot/tests/farm/job'
import { createServer, type Server } from '@backlot/tests/farm/server'
import { addTenant, by, type Tenant } from '@backlot/tests/farm/tenant'
import { Worker } from '@backlot/tests/farm/worker'
import { type Benchmark, type BenchmarkOptions, type BenchmarkResult, cheaperThan, median, told } from './benchmark.ts'
import { type Plan, watchPlans } from './watch-plans.ts'

/**
 * How what the farm does all the time grows with what it holds: frames of a job, workers, queued jobs. The handlers and
 * statements on a real PostgreSQL, without HTTP. What should be flat may take three times as long with the most.
 */
export const scaling: Benchmark = {
  name: 'scaling',
  summary: 'cost of leasing and asking with 10 to 1,000,000 frames, 1 to 2,000 workers, 1 to 10,000 queued jobs',
  run,
}

const flat = 1 / 3
const repeats = 60

async function run(options: BenchmarkOptions): Promise<BenchmarkResult[]> {
  const { cluster, stop } = await startTestCluster()
  const most = options.quick
    ? { frames: 10_000, workers: 200, jobs: 500 }
    : { frames: 1e6, workers: 2000, jobs: 10_000 }
  try {
    return [
      ...(await byFrames(cluster, [10, 1000, most.frames], options)),
      ...(await byWorkers(cluster, [1, 50, most.workers], options)),
      ...(await byJobs(cluster, [1, 100, most.jobs], options)),
    ]
  } finally {
    await stop()
  }
}

interface Farm {
  db: TestDatabase
  server: Server
  tenant: Tenant
  plans: { kept: Plan[] | undefined }
}

/** An empty farm for one size, so that no size pays for another one's rows. */
async function inFarm<T>(cluster: TestCluster, work: (farm: Farm) => Promise<T>): Promise<T> {
  const db = await createClusterDatabase(cluster)
  const { database, plans } = watchPlans(db.database)
  const server = createServer(database, { clock: () => new Date(), publish: () => {} })
  try {
    return await work({ db, server, tenant: await addTenant(db), plans })
  } finally {
    await server.close()
    await db.close()
  }
}

/** Milliseconds, by what was measured. */
type Times = Record<string, number>

async function time(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

/** The median of many leases, and of many reports that bring the next lease. */
async function leaseTimes(workers: readonly Worker[]): Promise<Times> {
  const [leases, reports]: [number[], number[]] = [[], []]
  for (let at = 0; at < repeats; at++) {
    const worker = workers[Math.floor((at / repeats) * workers.length)] as Worker
    let [held] = worker.held.values()
    leases.push(
      await time(async () => {
        const [leased] = await worker.lease()
        held = leased
      }),
    )
    if (held === undefined) throw new Error('There was nothing to lease.')
    const lease = held
    reports.push(await time(() => worker.complete(lease)))
  }
  return { 'a lease': median(leases), 'the report of a frame': median(reports) }
}

async function byFrames(cluster: TestCluster, sizes: number[], { note }: BenchmarkOptions): Promise<BenchmarkResult[]> {
  const all = new Map<number, Times>()
  for (const size of sizes) {
    const times = await inFarm(cluster, async ({ server, tenant, db }) => {
      const worker = await Worker.join(server, tenant.tenantId)
      let job!: Job
      const submit = await time(async () => {
        job = await Job.submit(server, tenant.person(), { frames: `1-${Math.max(size, 2 * repeats)}`, priority: 90 })
      })
      const leases = await leaseTimes([worker])
      await db.admin('analyze')
      const shows: number[] = []
      for (let at = 0; at < 20; at++) shows.push(await time(() => job.show()))
      return { submit, ...leases, 'job show': median(shows), cancel: await time(() => job.cancel()) }
    })
    note(`${size} frames: ${describe(times)}`)
    all.set(size, times)
  }
  return compare('frames', all)
}

async function byWorkers(
  cluster: TestCluster,
  sizes: number[],
  { note }: BenchmarkOptions,
): Promise<BenchmarkResult[]> {
  const all = new Map<number, Times>()
  for (const size of sizes) {
    const times = await inFarm(cluster, async ({ server, tenant, db }) => {
      const workers: Worker[] = []
      for (let at = 0; at < size; at++) {
        workers.push(await Worker.join(server, tenant.tenantId, { name: `worker-${at}`, tags: [`t${at % 4}`] }))
      }
      await db.admin('analyze')
      await Job.submit(server, tenant.person(), { frames: '1-100000' })
      const leases = await leaseTimes(workers)
      const sweeps: number[] = []
      for (let at = 0; at < 10; at++) sweeps.push(await time(() => server.farm.sweep()))
      return { ...leases, 'a sweep': median(sweeps) }
    })
    note(`${size} workers: ${describe(times)}`)
    all.set(size, times)
  }
  return compare('workers', all)
}

async function byJobs(cluster: TestCluster, sizes: number[], { note }: BenchmarkOptions): Promise<BenchmarkResult[]> {
  const all = new Map<number, Times>()
  for (const size of sizes) {
    const times = await inFarm(cluster, async ({ server, tenant, db, plans }) => {
      const worker = await Worker.join(server, tenant.tenantId)
      const people = Array.from({ length: 10 }, () => tenant.person())
      let job!: Job
      for (let at = 0; at < size; at++) {
        const person = people[at % people.length]
        job = await Job.submit(server, person!, { frames: '1-1000', priority: at % 3 === 0 ? 60 : 50 })
      }
      await db.admin('analyze')
      const leases = await leaseTimes([worker])
      const whys: number[] = []
      const lists: number[] = []
      const list = { query: { limit: 50 }, params: undefined, body: undefined }
      for (let at = 0; at < 10; at++) {
        whys.push(await time(() => job.why()))
        lists.push(await time(() => server.pipeline.routes.listJobs(list, by(tenant.person('project_manager')))))
      }
      if (size === sizes.at(-1)) await keepPlans(plans, worker, size)
      return { ...leases, 'job why': median(whys), 'a page of jobs': median(lists) }
    })
    note(`${size} queued jobs: ${describe(times)}`)
    all.set(size, times)
  }
  return compare('queued jobs', all)
}

/** The plans of one lease beside that many jobs, for people who look. */
async function keepPlans(plans: Farm['plans'], worker: Worker, jobs: number): Promise<void> {
  plans.kept = []
  const [lease] = await worker.lease()
  const kept = plans.kept
  plans.kept = undefined
  if (lease !== undefined) await worker.finish(lease, { state: 'released' })
  const text = kept
    .map(({ statement, lines }) => `${statement.trim()}\n\n${lines.join('\n')}\n`)
    .join(`\n${'-'.repeat(80)}\n\n`)
  const path = new URL('../results/lease-plans.txt', import.meta.url)
  await mkdir(new URL('.', path), { recursive: true })
  await writeFile(path, `One lease beside ${jobs} queued jobs\n\n${text}`)
}

/** What doesn't have to be flat is told: these read as many rows as there are. */
const grows = new Set(['submit', 'a sweep', 'job why'])

function compare(what: string, all: ReadonlyMap<number, Times>): BenchmarkResult[] {
  const [[fewest, least], ...others] = [...all] as [[number, Times], ...[number, Times][]]
  const [most, times] = others.at(-1) as [number, Times]
  return Object.entries(times).map(([name, value]) => {
    const measured = { name: 'scaling', metric: `${name} with ${most.toLocaleString('en')} ${what}`, value, unit: 'ms' }
    const peer = { name: `with ${fewest}`, value: least[name] as number }
    return grows.has(name) ? told(measured, peer) : cheaperThan(measured, peer, flat)
  })
}

function describe(times: Times): string {
  return Object.entries(times)
    .map(([name, ms]) => `${name} ${ms.toFixed(2)} ms`)
    .join(', ')
}
