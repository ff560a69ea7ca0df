import { afterAll, beforeAll, expect, it } from 'vitest'
import { type FrameOrder, frameOrders } from '@backlot/contract/frame-order'
import type { Lease } from '@backlot/contract/schemas/farm'
import { failureCauses } from '@backlot/contract/schemas/farm'
import { randomFrom } from '../src/simulator/random.ts'
import { type Installation, install, Job, type Server, Worker } from './harness.ts'

/**
 * Many small farms live side by side, each a tenant with its own seed: workers render, crash, hang, come back with late
 * and doubled results, people cancel, pause and requeue, and time jumps ahead in virtual seconds. Whatever happens: no
 * frame is lost or counted twice, a task has one live lease, the counts agree with the rows, and every job ends.
 */
const seeds = Number(process.env.BACKLOT_FARM_SEEDS ?? 200)
const rounds = 18

let installation: Installation
beforeAll(async () => void (installation = await install()))
afterAll(() => installation.close())

class SmallFarm {
  readonly job: Job
  readonly workers: Worker[]
  readonly #random: () => number
  /** Leases of workers that were given up for dead: they may come back with them at any time. */
  readonly #ghosts: { worker: Worker; lease: Lease }[] = []

  private constructor(random: () => number, job: Job, workers: Worker[]) {
    this.#random = random
    this.job = job
    this.workers = workers
  }

  static async open(seed: number): Promise<SmallFarm> {
    const random = randomFrom(seed)
    const { servers } = installation
    const tenant = await installation.addTenant()
    const workers = await Promise.all(
      Array.from({ length: 1 + Math.floor(random() * 3) }, (_, index) =>
        Worker.join(servers[index % servers.length] as Server, tenant.tenantId),
      ),
    )
    const job = await Job.submit(servers[0] as Server, tenant.person(), {
      frames: `1-${1 + Math.floor(random() * 9)}`,
      // Sometimes as the frame times say: 2 s each.
      chunk: undefined,
      ...(random() < 0.7 ? { chunk: 1 + Math.floor(random() * 4) } : { taskSeconds: 2 + Math.floor(random() * 8) }),
      order: frameOrders[Math.floor(random() * frameOrders.length)] as FrameOrder,
      waitForApproval: random() < 0.2,
      maxRetries: Math.floor(random() * 3),
      contactSheet: random() < 0.5,
      ...(random() < 0.5 ? { videoFps: 24 } : {}),
    })
    return new SmallFarm(random, job, workers)
  }

  #pick<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.#random() * items.length)] as Item
  }

  async act(): Promise<void> {
    const worker = this.#pick(this.workers)
    const lease = this.#pick([...worker.held.values()])
    const dice = this.#random()
    if (dice < 0.08) return this.#order()
    if (dice < 0.16 && this.#ghosts.length > 0) return this.#haunt()
    if (lease === undefined) return void (await worker.lease(1 + Math.floor(this.#random() * 2)))
    if (dice < 0.3) return void (await worker.renew())
    if (dice < 0.6) return this.#deliver(worker, lease)
    if (dice < 0.8) return tolerate(worker.complete(lease, Math.floor(this.#random() * 2)))
    if (dice < 0.88) return tolerate(worker.fail(lease, this.#pick(failureCauses)))
    if (dice < 0.92) return tolerate(worker.finish(lease, { state: 'released' }))
    if (dice < 0.95) return worker.offline()
    // It crashes, or the network is cut: it forgets, or comes back later with a stale lease.
    this.#ghosts.push({ worker, lease })
    worker.held.delete(lease.attemptId)
  }

  async #deliver(worker: Worker, lease: Lease): Promise<void> {
    const frame = this.#pick(lease.frames)
    if (frame === undefined) return
    const twice = this.#random() < 0.3
    await Promise.all([tolerate(worker.frame(lease, frame)), ...(twice ? [tolerate(worker.frame(lease, frame))] : [])])
  }

  async #haunt(): Promise<void> {
    const { worker, lease } = this.#pick(this.#ghosts)
    if (this.#random() < 0.5) await this.#deliver(worker, lease)
    else await tolerate(worker.finish(lease, { state: 'completed' }, { frames: lease.frames.slice(-1) }))
  }

  async #order(): Promise<void> {
    const { job } = this
    const dice = this.#random()
    if (dice < 0.3) return tolerate(job.pause())
    if (dice < 0.5) return tolerate(job.resume())
    if (dice < 0.6) return tolerate(job.approve())
    if (dice < 0.75) return tolerate(job.cancel())
    if (dice < 0.85) return tolerate(job.requeue({ frames: [1] }))
    return tolerate(job.requeue({ all: this.#random() < 0.3 }))
  }

  /** Workers that do what they should, until the job has ended. */
  async recover(): Promise<void> {
    const worker = this.workers[0] as Worker
    await Promise.all([...worker.held.values()].map((lease) => tolerate(worker.complete(lease))))
    await worker.workUntilIdle(4)
  }
}

/** Refusals that a worker or a person must live with; anything else fails the test. */
async function tolerate(work: Promise<unknown>): Promise<void> {
  await work.catch((error: { code?: string }) => {
    if (error.code !== 'farm.stale_attempt' && error.code !== 'job.illegal_transition') throw error
  })
}

/** Rows in which the tables contradict each other; each query must find none. */
const contradictions = {
  'counts of a step differ from its tasks': `
    select s.step_id from backlot.farm_steps s
    cross join lateral (
      select count(*) as rows, count(*) filter (where state = 'leased') as running,
        count(*) filter (where state = 'completed') as completed, count(*) filter (where state = 'failed') as failed,
        count(*) filter (where state = 'queued') as queued, coalesce(sum(frames_done), 0) as frames,
        coalesce(sum(frames_failed), 0) as frames_failed
      from backlot.tasks t where t.step_id = s.step_id
    ) t
    where (s.tasks_made, s.running, s.completed, s.failed, s.requeued, s.frames_completed, s.frames_failed)
      is distinct from (t.rows::int, t.running::int, t.completed::int, t.failed::int, t.queued::int, t.frames::int,
        t.frames_failed::int)`,
  'frames that are counted differ from those that are there': `
    select s.step_id from backlot.farm_steps s
    where s.frames_completed <> (select count(*) from backlot.frames f where f.step_id = s.step_id)`,
  'a leased task without exactly one live attempt, or a live attempt without its task': `
    select t.task_id from backlot.tasks t
    where (t.state = 'leased')::int <>
      (select count(*) from backlot.attempts a where a.task_id = t.task_id and a.state = 'running' and a.fence = t.fence)`,
  'a step that is complete without all of its frames': `
    select step_id from backlot.farm_steps where ended and failed = 0 and frames_completed <> frame_count`,
  'tasks that overlap, leave a gap, or are more than was handed out': `
    select s.step_id from backlot.farm_steps s
    cross join lateral (
      select coalesce(sum(length), 0) as places, coalesce(max(first_place + length), 0) as until,
        coalesce(bool_or(first_place <> before), false) as uneven
      from (
        select first_place, length, coalesce(lag(first_place + length) over (order by first_place), 0) as before
        from backlot.tasks where step_id = s.step_id
      ) t
    ) t
    where t.uneven or (t.places, t.until) <> (s.next_place, s.next_place)`,
  'a frame of an attempt that had ended': `
    select f.step_id, f.frame from backlot.frames f join backlot.attempts a using (attempt_id)
    where f.done_at > a.ended_at or f.done_at < a.leased_at`,
  'a task with two attempts at the same time': `
    select one.task_id from backlot.attempts one join backlot.attempts other using (task_id)
    where one.fence < other.fence and (one.ended_at is null or one.ended_at > other.leased_at)`,
  'a task for a worker that is kept off the step': `
    select a.attempt_id from backlot.attempts a join backlot.worker_strikes k using (worker_id, step_id)
    where a.leased_at > k.kept_off_at`,
  'a document that contradicts the work': `
    select j.job_id, j.state, j.document -> 'steps' as steps,
      (select jsonb_agg(to_jsonb(s) - 'parameters' - 'recent_seconds') from backlot.farm_steps s where s.job_id = j.job_id) as work
    from backlot.jobs j
    where j.state in ('completed', 'failed', 'cancelled')
      and exists (select from backlot.farm_steps s where s.job_id = j.job_id and (s.running > 0 or s.leasable))
    or j.state = 'completed' and exists (
      select from backlot.farm_steps s where s.job_id = j.job_id and (not s.ended or s.failed > 0))
    or j.state = 'running' and not exists (
      select from jsonb_array_elements(j.document -> 'steps') step where step ->> 'status' = 'running')
    or j.state = 'queued' and exists (
      select from backlot.farm_steps s where s.job_id = j.job_id and s.running > 0)`,
}

async function mustBeConsistent(): Promise<void> {
  for (const [what, query] of Object.entries(contradictions)) {
    expect(await installation.db.admin(query), what).toEqual([])
  }
}

it(`keeps its promises in ${seeds} small farms where everything goes wrong`, { timeout: 120_000 }, async () => {
  const { clock, servers } = installation
  installation.addServer()
  const sweep = async () => void (await Promise.all(servers.map(({ farm }) => farm.sweep())))
  const farms = await Promise.all(Array.from({ length: seeds }, (_, seed) => SmallFarm.open(seed + 1)))
  for (let round = 0; round < rounds; round++) {
    // Three things at once in each farm: what must not interleave has to be kept apart by the database.
    await Promise.all(farms.flatMap((farm) => [farm.act(), farm.act(), farm.act()]))
    clock.advance(7)
    await sweep()
    if (round % 5 === 0) await mustBeConsistent()
  }
  // Peace: the dead are found out, and what is left is done.
  await Promise.all(farms.flatMap(({ job }) => [tolerate(job.approve()), tolerate(job.resume())]))
  for (let passed = 0; passed < 60; passed += 10) {
    clock.advance(10)
    await sweep()
  }
  await Promise.all(farms.map((farm) => farm.recover()))
  // A worker that was silent meanwhile is let on again, where nobody else could do the work, once it has spoken.
  await sweep()
  await Promise.all(farms.map((farm) => farm.recover()))
  await mustBeConsistent()
  const states = await Promise.all(farms.map(({ job }) => job.show()))
  expect(states.filter(({ state }) => !['completed', 'failed', 'cancelled'].includes(state))).toEqual([])
  for (const { state, frames } of states.filter(({ state }) => state === 'completed')) {
    expect({ state, ...frames }).toEqual({ state, total: frames.total, completed: frames.total, failed: 0 })
  }
  const kinds = new Set(states.map(({ state }) => state))
  expect([...kinds].toSorted()).toEqual(['cancelled', 'completed', 'failed']) // the farms are not all alike
  const notes = `select count(*)::integer as count from backlot.pipeline_events where message like '%is kept off%'`
  expect(await installation.db.admin(notes)).not.toEqual([{ count: 0 }]) // some workers were kept off
})
