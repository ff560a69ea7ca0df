import { CodedError } from '@backlot/base/errors'
import type { AttemptHolder } from '@backlot/contract/handler'
import type { AttemptResult, Lease, WorkerHello } from '@backlot/contract/schemas/farm'
import { someBlob } from './blobs.ts'
import type { Server } from './server.ts'
import { by } from './tenant.ts'

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

  async frame(
    lease: Lease,
    frame: number,
    { sha256 = someBlob, noise }: { sha256?: string; noise?: { value: number; samples: number } } = {},
  ): Promise<void> {
    const { attemptId, fence } = lease
    const input = { body: { attemptId, fence, ...aFrame(frame, sha256), noise }, params: undefined, query: undefined }
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
