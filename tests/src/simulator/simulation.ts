import type { Person } from '@backlot/contract/handler'
import { leaseSeconds } from '@backlot/contract/schemas/farm'
import type { TestDatabase } from '@backlot/db/testing/cluster-database'
import { createServer } from '../farm/server.ts'
import { addTenant, type Tenant } from '../farm/tenant.ts'
import { Worker } from '../farm/worker.ts'
import type { Operation, SimulatedServer, SimulatedWorker } from './actors.ts'
import type { Coverage } from './coverage.ts'
import type { DeliberateFault } from './deliberate-faults.ts'
import { violations } from './invariants.ts'
import { setLimits } from './limits.ts'
import { ManualCoalescers } from './manual-coalescer.ts'
import { complete, fail, operationFor } from './operations.ts'
import { mishapActs } from './mishaps.ts'
import { pick } from './random.ts'
import { describe, isExpected, outages, type Outcome, refusals, runOperation } from './run-operation.ts'
import type { Action, Mishap } from './schedule.ts'
import { SimulatedDatabase, type Trap } from './simulated-database.ts'
import { forget, type Snapshot, takeSnapshot } from './snapshot.ts'

export class Violation extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.problems = problems
  }
}

const start = Date.parse('2026-01-01T00:00:00Z')
const leaseMilliseconds = leaseSeconds * 1000
const serverCount = 2
const mostJobs = 4

interface SimulationOptions {
  db: TestDatabase
  coverage: Coverage
  deliberate?: DeliberateFault | undefined
  trace: (line: string) => void
}

/** One small studio: a tenant, two servers on one database, three workers with four slots, at most four jobs. */
export class Simulation {
  readonly #options: SimulationOptions
  readonly #servers: SimulatedServer[] = []
  readonly #workers: SimulatedWorker[] = []
  readonly #mail: Operation[] = []
  readonly #acknowledged = new Set<string>()
  readonly #tenant: Tenant
  /** Two, so that there are shares to be fair about. */
  readonly #people: readonly Person[]
  #now = start
  #before: Snapshot

  private constructor(options: SimulationOptions, tenant: Tenant, before: Snapshot) {
    this.#options = options
    this.#tenant = tenant
    this.#people = [tenant.person('tenant_admin'), tenant.person('tenant_admin')]
    this.#before = before
    for (let index = 0; index < serverCount; index++) this.#servers.push(this.#startServer(0))
  }

  static async open(options: SimulationOptions): Promise<Simulation> {
    await options.db.admin(forget)
    const tenant = await addTenant(options.db)
    await setLimits(options.db, tenant.tenantId)
    const simulation = new Simulation(options, tenant, await takeSnapshot(options.db))
    await simulation.#hireWorkers()
    return simulation
  }

  async #hireWorkers(): Promise<void> {
    for (let number = 1; number <= 3; number++) {
      const { server } = this.#servers[number % serverCount] as SimulatedServer
      const worker = await Worker.join(server, number === 3 ? null : this.#tenant.tenantId, {
        name: `worker ${number}`,
        slots: number === 3 ? 2 : 1,
      })
      this.#workers.push({ number, worker, isDown: false, isCutOff: false, isSlow: false, hung: new Set() })
    }
    await this.#do({ label: 'the first job' }, operationFor(this.#stage, 'submit', [0.6, 0.3, 0.1, 0.5, 0.2]))
  }

  #startServer(offset: number): SimulatedServer {
    const { db, deliberate } = this.#options
    const database = new SimulatedDatabase(db.database, (statement) => deliberate?.rewrite(statement) ?? statement)
    const coalescers = new ManualCoalescers()
    const simulated: SimulatedServer = { database, coalescers, offset, server: undefined as never }
    simulated.server = createServer(database, {
      clock: () => new Date(this.#now + simulated.offset),
      publish: () => {},
      coalesce: coalescers.coalesce,
    })
    return simulated
  }

  get #stage() {
    const jobs = this.#before.jobs.map(({ id }) => id)
    return { tenant: this.#tenant, people: this.#people, workers: this.#workers, before: this.#before, jobs, mostJobs }
  }

  /** Does one action of a schedule, and looks whether everything is still as it must be. Throws `Violation`. */
  async perform(action: Action): Promise<void> {
    const { what, dice, fault, index } = action
    const label = `#${index}`
    if (what in mishapActs) return this.#mishap(label, what as Mishap, dice)
    if (what === 'tick') return this.#tick(label, 1 + (dice[0] ?? 0) * 12)
    if (what === 'wake')
      return this.#do({ label }, { label: 'idle workers are told', send: (one) => one.coalescers.flush() })
    const operation =
      what === 'deliver'
        ? this.#mail.splice(Math.floor((dice[0] ?? 0) * this.#mail.length), 1)[0]
        : operationFor(this.#stage, what as never, dice)
    if (operation === undefined) return
    const server = dice[4] ?? 0
    if (fault === undefined) return this.#do({ label, server }, operation)
    await this.#doWithFault({ label, server }, operation, fault)
  }

  async #doWithFault(
    how: { label: string; server: number },
    operation: Operation,
    { what, dice, other }: NonNullable<Action['fault']>,
  ): Promise<void> {
    const [at = 0] = dice
    const { isMessage } = operation
    // A point that an operation never comes to is no fault: small numbers are the most likely ones.
    const point = Math.floor(at * at * 24)
    this.#options.coverage.visit(what, this.#before)
    if (what === 'server_crash') return this.#do({ ...how, trap: { at: point, what: 'crash' } }, operation)
    if (what === 'disconnect') return this.#do({ ...how, trap: { at: point, what: 'disconnect' } }, operation)
    if (what === 'disk_full') return this.#do({ ...how, trap: { at: point, what: 'disk_full' } }, operation)
    if (what === 'two_servers') {
      const second = operationFor(this.#stage, other.what, other.dice)
      return this.#do({ ...how, trap: { at: point, what: 'hold' }, ...(second && { second }) }, operation)
    }
    if (isMessage !== true) return this.#do(how, operation)
    if (what === 'request_lost' || what === 'late') {
      this.#options.trace(`${how.label} ${operation.label}: ${what === 'late' ? 'late' : 'lost on its way'}`)
      if (what === 'late' || operation.isRepeated) this.#mail.push(operation)
      return
    }
    await this.#do({ ...how, answerLost: what === 'reply_lost' }, operation)
    if (what === 'duplicate')
      await this.#do({ label: `${how.label} again:`, server: (how.server + 0.5) % 1 }, operation)
  }

  async #mishap(label: string, what: Mishap, dice: readonly number[]): Promise<void> {
    this.#options.coverage.visit(what, this.#before)
    await mishapActs[what](
      {
        worker: (which) => pick(this.#workers, which) as SimulatedWorker,
        server: (which) => pick(this.#servers, which) as SimulatedServer,
        servers: this.#servers,
        tell: (text) => this.#options.trace(`${label} ${text}`),
        do: (operation) => this.#do({ label }, operation),
        tick: (seconds) => this.#tick(label, seconds),
        restart: (server) => this.#restart(server),
        pass: (seconds) => void (this.#now += seconds * 1000),
      },
      dice,
    )
  }

  #restart(server: SimulatedServer): void {
    const index = this.#servers.indexOf(server)
    this.#servers[index] = this.#startServer(server.offset)
  }

  async #tick(label: string, seconds: number): Promise<void> {
    this.#now += Math.round(seconds * 1000)
    for (const [index, server] of [...this.#servers].entries()) {
      await this.#do({ label, server: (index + 0.5) / serverCount }, this.#sweep(server))
    }
  }

  readonly #listening = new WeakMap<SimulatedServer, { since: number; last: number }>()

  #sweep(server: SimulatedServer): Operation {
    const now = this.#now + server.offset
    const was = this.#listening.get(server)
    const gap = was === undefined || Math.abs(now - was.last) > leaseMilliseconds / 2
    const since = gap ? now : was.since
    return {
      label: `server sweeps at ${((this.#now - start) / 1000).toFixed(1)} s`,
      send: async ({ server: { farm } }) => {
        await farm.sweep()
        this.#listening.set(server, { since, last: now })
      },
      // Nobody is given up who had no whole lease's time to speak: after a start, an outage, a jump of the clock.
      check: ({ moves }) =>
        now - since < leaseMilliseconds && moves.some(({ subject, to }) => subject === 'attempt' && to === 'lost')
          ? ['an attempt was given up too early after an outage']
          : [],
    }
  }

  async #do(
    {
      label,
      server: dice = 0,
      trap,
      second,
      answerLost = false,
    }: { label: string; server?: number; trap?: Trap; second?: Operation; answerLost?: boolean },
    operation: Operation | undefined,
  ): Promise<void> {
    if (operation === undefined) return
    const server = pick(this.#servers, dice) as SimulatedServer
    const others = this.#servers.filter((one) => one !== server)
    const { outcome, secondOutcome } = await runOperation(
      server,
      operation,
      trap,
      second && { server: others[0] as SimulatedServer, operation: second },
      this.#options.db,
    )
    const broken = trap?.sprung === true
    const outcomes = [outcome, ...(secondOutcome === undefined ? [] : [secondOutcome])]
    const fault = trap === undefined ? '' : broken ? ` [${trap.what} at ${trap.at}]` : ` [${trap.what} never came]`
    const alongside = second === undefined ? '' : ` while ${second.label}`
    this.#options.trace(
      `${label} ${operation.label}${fault}${alongside}${answerLost ? ' [answer lost]' : ''} → ${outcomes.map(describe).join(', ')}`,
    )
    const unexpected = outcomes.filter((one) => !isExpected(one, broken)).map((one) => `unexpected: ${describe(one)}`)
    if (outcome.error === undefined && answerLost) operation.forgetAnswer?.()
    if (operation.isRepeated && (answerLost || outages.has(outcome.code))) this.#mail.push(operation)
    if (server.database.isDead) this.#restart(server)

    const after = await takeSnapshot(this.#options.db)
    const done = [
      { operation, outcome },
      ...(second && secondOutcome ? [{ operation: second, outcome: secondOutcome }] : []),
    ]
    const forgotten = this.#settle(done)
    const promised =
      trap === undefined && outcome.error === undefined && !answerLost
        ? (operation.check?.(after, this.#before) ?? [])
        : []
    const latest = this.#now + Math.max(...this.#servers.map(({ offset }) => offset))
    const acknowledged = this.#acknowledged
    const found = violations(this.#before, after, { forgotten, acknowledged, latest, together: second !== undefined })
    this.#before = after
    const problems = [...unexpected, ...promised, ...found]
    if (problems.length > 0) throw new Violation(problems)
  }

  /** Notes what was promised to workers. Answers the jobs of which frames may be gone. */
  #settle(done: readonly { operation: Operation; outcome: Outcome }[]): Set<string> {
    const forgotten = new Set<string>()
    for (const { operation, outcome } of done) {
      if (operation.forgets !== undefined && !refusals.has(outcome.code)) forgotten.add(operation.forgets)
    }
    for (const key of this.#acknowledged) {
      if (forgotten.has(key.split(' ')[0] as string)) this.#acknowledged.delete(key)
    }
    for (const { operation, outcome } of done) {
      if (operation.delivers === undefined || outcome.error !== undefined) continue
      const { lease, frames } = operation.delivers
      // What is reported again is accepted without a look: its frames may have been queued again since.
      const wasLive = this.#before.attempts.some(({ id, state }) => id === lease.attemptId && state === 'running')
      if (!wasLive || forgotten.has(lease.jobId)) continue
      for (const frame of frames) this.#acknowledged.add(`${lease.jobId} ${frame}`)
    }
    return forgotten
  }

  /** Peace: the broken is repaired, the dead are found out, and what is left is done. Every job ends. */
  async recover(): Promise<void> {
    for (const server of this.#servers) server.offset = 0
    for (const one of this.#workers) {
      Object.assign(one, { isDown: false, isCutOff: false, isSlow: false })
    }
    for (const operation of this.#mail.splice(0)) await this.#do({ label: 'peace:' }, operation)
    const jobs = this.#before.jobs.map((_, index) => (index + 0.5) / this.#before.jobs.length)
    for (const dice of jobs) {
      for (const what of ['approve', 'resume'] as const) {
        await this.#do({ label: 'peace:' }, operationFor(this.#stage, what, [dice]))
      }
    }
    // A step that waits for a licence does so for a minute, by a clock that was up to 90 s ahead.
    for (let round = 0; round < 80 && !this.#isOver; round++) await this.#peacefulRound(round)
    const open = this.#before.jobs.filter(({ state }) => !ended.has(state)).map(({ state }) => `a job stays ${state}`)
    const short = this.#before.steps.filter(
      (step) =>
        this.#before.jobs.some(({ id, state }) => id === step.job && state === 'completed') &&
        step.frames_completed !== step.frame_count,
    )
    const problems = [...open, ...short.map(({ kind }) => `a completed job lacks frames of ${kind}`)]
    if (problems.length > 0) throw new Violation(problems)
  }

  get #isOver(): boolean {
    return this.#before.jobs.every(({ state }) => ended.has(state))
  }

  async #peacefulRound(round: number): Promise<void> {
    const label = `peace ${round}:`
    for (const [index, one] of this.#workers.entries()) {
      const dice = [(index + 0.5) / this.#workers.length, 0, 0]
      await this.#do({ label }, operationFor(this.#stage, 'renew', dice))
      for (const lease of one.worker.held.values()) {
        const operation = one.hung.has(lease.attemptId) ? fail(one, lease, 'stalled') : complete(one, lease, 0)
        await this.#do({ label }, operation)
      }
      await this.#do({ label }, operationFor(this.#stage, 'lease', [...dice.slice(0, 2), 0.9]))
    }
    await this.#tick(label, round < 5 ? 9 : 3)
  }
}

const ended: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled'])
