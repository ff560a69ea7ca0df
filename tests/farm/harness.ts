import { randomUUID } from 'node:crypto'
import { CodedError } from '@backlot/base/errors'
import type { AttemptHolder, Person, RequestContext } from '@backlot/contract/handler'
import type { TopicId } from '@backlot/contract/hub-topics'
import type { Role } from '@backlot/contract/roles'
import type { AttemptResult, Lease, WorkerHello } from '@backlot/contract/schemas/farm'
import { type SubmissionInput, submission } from '@backlot/contract/schemas/jobs'
import { createTestDatabase, type TestDatabase } from '@backlot/db/testing/test-database'
import { createFarm, type Farm } from '@backlot/farm'
import { createPipeline, type Pipeline } from '@backlot/pipeline'
import { sql } from 'kysely'
import { pino } from 'pino'

/** Farm and pipeline on a real database, with a clock that stands still until a test moves it. */
export interface Installation {
  db: TestDatabase
  clock: { now: Date; advance(seconds: number): void }
  published: { topic: TopicId; payload: unknown }[]
  /** More than one: several servers on one database. */
  servers: Server[]
  server: Server
  addServer(): Server
  addTenant(): Promise<Tenant>
  close(): Promise<void>
}

export interface Server {
  farm: Farm
  pipeline: Pipeline
  close(): Promise<void>
}

export interface Tenant {
  tenantId: string
  projectId: string
  person(role?: Role): Person
}

export async function install(): Promise<Installation> {
  const db = await createTestDatabase()
  const published: Installation['published'] = []
  const clock = {
    now: new Date('2026-01-01T00:00:00Z'),
    advance: (seconds: number) => void (clock.now = new Date(clock.now.getTime() + seconds * 1000)),
  }
  const servers: Server[] = []
  const addServer = () => {
    const server = createServer(db, {
      clock: () => clock.now,
      publish: (topic, payload) => published.push({ topic, payload }),
    })
    servers.push(server)
    return server
  }
  return {
    db,
    clock,
    published,
    servers,
    server: addServer(),
    addServer,
    addTenant: () => addTenant(db),
    async close() {
      for (const server of servers) await server.close()
      await db.close()
    },
  }
}

interface ServerOptions {
  clock: () => Date
  publish: (topic: TopicId, payload: unknown) => void
}

function createServer({ database }: TestDatabase, { clock, publish }: ServerOptions): Server {
  const shared = {
    database,
    clock,
    log: pino({ level: 'silent' }),
    publish: (_audience: unknown, topic: TopicId, _params: unknown, payload: unknown) => publish(topic, payload),
  }
  const farm: Farm = createFarm({
    ...shared,
    // Tokens are identity's and tested there: here a join token is the tenant's id, a credential the worker's.
    identity: {
      exchangeJoinToken: (token) => Promise.resolve({ tenantId: token === 'all' ? null : token }),
      issueWorkerCredential: (workerId) => Promise.resolve(workerId),
      verifyCredential: (workerId) => Promise.resolve({ workerId }),
      issueAccessToken: (workerId) => Promise.resolve({ token: workerId, expiresAt: clock().toISOString() }),
    },
    missingBlobs: (_tenantId, hashes) => Promise.resolve(hashes.filter((hash) => hash === missingBlob)),
    workflow: () => pipeline.workflow,
  })
  const pipeline: Pipeline = createPipeline({
    ...shared,
    farm: farm.work,
    jobUrl: (jobId) => `http://backlot.test/jobs/${jobId}`,
    readFile: () => Promise.reject(new Error('There are no files here.')),
    treeExists: (_tenantId, treeId) => Promise.resolve(treeId !== missingBlob),
    async resolveProject(tenantId, projectId) {
      if (projectId !== undefined) return projectId
      return database.background(async (tx) => {
        const { rows } = await sql<{
          id: string
        }>`select id from backlot.projects where tenant_id = ${tenantId}`.execute(tx)
        return (rows[0] as { id: string }).id
      })
    },
  })
  return {
    farm,
    pipeline,
    async close() {
      await pipeline.close()
      await farm.close()
    },
  }
}

export const missingBlob = 'f'.repeat(64)
const someBlob = 'a'.repeat(64)

async function addTenant(db: TestDatabase): Promise<Tenant> {
  const tenantId = randomUUID()
  const projectId = randomUUID()
  await db.admin('insert into backlot.tenants values ($1, $2, $2, now())', [tenantId, tenantId])
  await db.admin(`insert into backlot.projects values ($1, $2, 'p', 'Project', now())`, [projectId, tenantId])
  return {
    tenantId,
    projectId,
    person: (role = 'artist') => {
      const userId = randomUUID()
      const email = `${userId}@backlot.test`
      return { kind: 'person', userId, name: 'Ada', email, tenantId, role, via: 'session', tokenId: userId }
    },
  }
}

/** A request as a handler gets it. */
export function by<C extends RequestContext['caller']>(caller: C): RequestContext<C> {
  return { caller } as RequestContext<C>
}

export function aSubmission(changes: Partial<SubmissionInput> = {}) {
  return submission.parse({
    version: 1,
    submissionId: randomUUID(),
    name: 'scene',
    treeId: someBlob,
    frames: '1-4',
    chunk: 1,
    fileVersion: 405,
    render: { blendPath: 'scene.blend' },
    contactSheet: false,
    ...changes,
  })
}

/** A job as one person sees it, through the handlers of the API. */
export class Job {
  readonly jobId: string
  readonly person: Person
  readonly #server: Server

  constructor(server: Server, person: Person, jobId: string) {
    this.#server = server
    this.person = person
    this.jobId = jobId
  }

  static async submit(server: Server, person: Person, changes: Partial<SubmissionInput> = {}): Promise<Job> {
    const input = { body: aSubmission(changes), params: undefined, query: undefined }
    const { jobId } = await server.pipeline.routes.submitJob(input, by(person))
    return new Job(server, person, jobId)
  }

  get #input() {
    return { params: { jobId: this.jobId }, query: undefined, body: undefined }
  }

  show = () => this.#server.pipeline.routes.showJob(this.#input, by(this.person))
  cancel = () => this.#server.pipeline.routes.cancelJob(this.#input, by(this.person))
  pause = () => this.#server.pipeline.routes.pauseJob(this.#input, by(this.person))
  approve = () => this.#server.pipeline.routes.approveJob(this.#input, by(this.person))
  resume = () => this.#server.pipeline.routes.resumeJob(this.#input, by(this.person))
  remove = () => this.#server.pipeline.routes.deleteJob(this.#input, by(this.person))
  why = () => this.#server.pipeline.routes.whyJob(this.#input, by(this.person))
  outputs = async () => (await this.#server.pipeline.routes.listOutputs(this.#input, by(this.person))).items

  requeue = (body: { all?: boolean; frames?: number[] } = {}) =>
    this.#server.pipeline.routes.requeueJob({ ...this.#input, body: { all: false, ...body } }, by(this.person))

  frames = (query: { cursor?: string; from?: number; limit?: number } = {}) =>
    this.#server.pipeline.routes.listFrames({ ...this.#input, query: { limit: 500, ...query } }, by(this.person))

  tasks = (query: { cursor?: string; limit?: number } = {}) =>
    this.#server.pipeline.routes.listTasks({ ...this.#input, query: { limit: 50, ...query } }, by(this.person))

  events = async () =>
    (await this.#server.pipeline.routes.listEvents({ ...this.#input, query: { limit: 500 } }, by(this.person))).items

  logs = async (query: { after?: number; before?: number; limit?: number } = {}) => {
    const input = { ...this.#input, query: { after: 0, limit: 500, ...query } }
    return (await this.#server.pipeline.routes.listLogs(input, by(this.person))).items
  }

  state = async () => (await this.show()).state
  /** `render_frames completed, contact_sheet pending` without the client's own steps. */
  steps = async () => (await this.show()).document.steps.map(({ name, status }) => `${name} ${status}`).join(', ')
}

/** A worker that speaks to the API and renders nothing. */
export class Worker {
  readonly workerId: string
  server: Server
  /** What it believes to hold. */
  readonly held = new Map<string, Lease>()

  private constructor(server: Server, workerId: string) {
    this.server = server
    this.workerId = workerId
  }

  static async join(server: Server, tenantId: string | null, hello: Partial<WorkerHello> = {}): Promise<Worker> {
    const body = { joinToken: tenantId ?? 'all', hello: aHello(hello) }
    const { workerId } = await server.farm.routes.enrolWorker(
      { body, params: undefined, query: undefined },
      by({ kind: 'anonymous' }),
    )
    const worker = new Worker(server, workerId)
    await worker.hello(hello)
    return worker
  }

  get #context() {
    return by({ kind: 'worker' as const, workerId: this.workerId })
  }

  hello(hello: Partial<WorkerHello> = {}): Promise<void> {
    return this.server.farm.routes.workerHello(
      { body: aHello(hello), params: undefined, query: undefined },
      this.#context,
    )
  }

  async lease(slots = 1): Promise<Lease[]> {
    const input = { body: { slots }, params: undefined, query: undefined }
    return this.#take((await this.server.farm.routes.lease(input, this.#context)).leases)
  }

  /** Renews what it holds and drops what it is told to. */
  async renew(held: Iterable<Lease> = this.held.values(), state: 'online' | 'draining' = 'online'): Promise<string[]> {
    const attempts = [...held].map(({ attemptId, fence, frames }) => {
      return { attemptId, fence, frame: frames[0] ?? null, fraction: 0.5, message: 'Sample 8/16', beat: 1 }
    })
    const input = { body: { state, attempts }, params: undefined, query: undefined }
    const { drop } = await this.server.farm.routes.renew(input, this.#context)
    for (const attemptId of drop) this.held.delete(attemptId)
    return drop
  }

  async frame(lease: Lease, frame: number, sha256 = someBlob): Promise<void> {
    const { attemptId, fence } = lease
    const input = { body: { attemptId, fence, ...aFrame(frame, sha256) }, params: undefined, query: undefined }
    await this.server.farm.routes.frameDone(input, by(await this.#attempt(lease)))
  }

  async output(lease: Lease, kind: 'video' | 'contact_sheet'): Promise<void> {
    const { attemptId, fence } = lease
    const body = { attemptId, fence, kind, name: `${kind}.bin`, sha256: someBlob, size: 10 }
    await this.server.farm.routes.outputDone(
      { body, params: undefined, query: undefined },
      by(await this.#attempt(lease)),
    )
  }

  async log(lease: Lease, ...texts: string[]): Promise<void> {
    const { attemptId, fence } = lease
    const at = new Date().toISOString()
    const body = { attemptId, fence, lines: texts.map((text) => ({ at, level: 'info' as const, text })) }
    await this.server.farm.routes.attemptLogs(
      { body, params: undefined, query: undefined },
      by(await this.#attempt(lease)),
    )
  }

  /** `frames`: delivered with it. */
  async finish(
    lease: Lease,
    result: AttemptResult['result'] = { state: 'completed' },
    { slots = 0, frames = [], sha256 = someBlob }: { slots?: number; frames?: number[]; sha256?: string } = {},
  ): Promise<Lease[]> {
    const { attemptId, fence } = lease
    const delivered = frames.map((frame) => aFrame(frame, sha256))
    const body = { attemptId, fence, result, slots, frames: delivered }
    const input = { body, params: undefined, query: undefined }
    const { leases } = await this.server.farm.routes
      .finish(input, this.#context)
      .finally(() => this.held.delete(attemptId))
    return this.#take(leases)
  }

  fail(lease: Lease, cause: (AttemptResult['result'] & { state: 'failed' })['cause'] = 'crash'): Promise<Lease[]> {
    return this.finish(lease, { state: 'failed', cause, code: 'render.crashed', message: 'boom', frame: null })
  }

  async offline(): Promise<void> {
    await this.server.farm.routes.goOffline({ body: undefined, params: undefined, query: undefined }, this.#context)
    this.held.clear()
  }

  /** Leases and does everything that it gets, until there is nothing. */
  async workUntilIdle(slots = 1): Promise<number> {
    let done = 0
    for (let leases = await this.lease(slots); leases.length > 0; leases = await this.lease(slots)) {
      await Promise.all(leases.map((lease) => this.complete(lease)))
      done += leases.length
    }
    return done
  }

  /** As a worker does: the last frame travels with the end. */
  async complete(lease: Lease, slots = 0): Promise<Lease[]> {
    for (const frame of lease.frames.slice(0, -1)) await this.frame(lease, frame)
    if (lease.step === 'contact_sheet') await this.output(lease, 'contact_sheet')
    if (lease.step === 'encode_video') await this.output(lease, 'video')
    return this.finish(lease, { state: 'completed' }, { slots, frames: lease.frames.slice(-1) })
  }

  #take(leases: Lease[]): Lease[] {
    for (const lease of leases) this.held.set(lease.attemptId, lease)
    return leases
  }

  /** As the server does before it calls a handler: only a live attempt is let in. */
  async #attempt({ attemptId, fence }: Lease): Promise<AttemptHolder> {
    const attempt = await this.server.farm.findAttempt(attemptId, fence)
    if (attempt === undefined) throw new CodedError('farm.stale_attempt', 'not live')
    return { kind: 'attempt', ...attempt, workerId: this.workerId }
  }
}

function aFrame(frame: number, sha256: string) {
  const picture = { name: `${frame}.png`, sha256, size: 1000, thumbnail: null, renderSeconds: 2, warnings: [] }
  return { frame, ...picture, blender: '4.5.1', engine: 'cycles', device: 'CPU', samples: 16, colour: null }
}

function aHello(changes: Partial<WorkerHello>): WorkerHello {
  return {
    name: 'worker',
    version: '0.1.0',
    platform: 'linux',
    slots: 1,
    tags: [],
    blenders: [{ version: '4.5.1', kind: 'module' }],
    canInstall: false,
    probe: null,
    cpus: 2,
    memoryBytes: 1024,
    ...changes,
  }
}
