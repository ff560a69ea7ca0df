import type { LimitKind } from '@backlot/contract/schemas/limits'

/** What is limited by what a step belongs to. */
export interface Capped {
  tenantId: string
  jobId: string
  pool: string | null
  licences: readonly string[]
  /** Of its job; null: no limit of its own. */
  mostRunning: number | null
}

/** A limit with what runs under it; of the kind `job`, `name` is its id. */
export interface Usage {
  tenantId: string
  kind: LimitKind | 'job'
  name: string
  most: number | null
  least: number
  running: number
}

/** `TENANT NAME`. A step needs all of its licences to be among the open ones. */
export interface FullLimits {
  tenants: readonly string[]
  pools: readonly string[]
  openLicences: readonly string[]
}

interface Room {
  usage: Usage
  left: number
}

/**
 * How much more may run, while tasks are being handed out. Strict where it is made from counts that were read under
 * the lock of the limits (`lock-limits.ts`), and a good guess before.
 */
export class Caps {
  readonly #rooms = new Map<string, Room>()
  readonly #hasPromises: boolean
  #refused = false

  /** A limit kept something from being chosen. */
  get hasRefused(): boolean {
    return this.#refused
  }

  constructor(usages: readonly Usage[]) {
    this.#hasPromises = usages.some(({ least }) => least > 0)
    for (const usage of usages) {
      this.#rooms.set(keyOf(usage), { usage, left: usage.most === null ? Infinity : usage.most - usage.running })
    }
  }

  /** What has no room at all, for leaving it out of a ranking. */
  static fullOf(usages: readonly Usage[]): FullLimits {
    const full = usages.filter(({ most, running }) => most !== null && running >= most)
    const names = (kind: Usage['kind'], of: readonly Usage[]) =>
      of.filter((usage) => usage.kind === kind).map(({ tenantId, name }) => `${tenantId} ${name}`)
    const open = usages.filter((usage) => !full.includes(usage))
    return {
      tenants: full.filter(({ kind }) => kind === 'tenant').map(({ tenantId }) => tenantId),
      pools: names('pool', full),
      openLicences: names('licence', open),
    }
  }

  /** Pools that have less than they were promised. */
  static promisedOf(usages: readonly Usage[]): string[] {
    const pools = usages.filter(({ kind, least, running }) => kind === 'pool' && running < least)
    return pools.map(({ tenantId, name }) => `${tenantId} ${name}`)
  }

  /** Tenants with a limit that several jobs share: the lock of a job alone does not make it strict. */
  static sharedBy(usages: readonly Usage[]): Set<string> {
    const shared = usages.filter(({ kind, most }) => kind !== 'job' && most !== null)
    return new Set(shared.map(({ tenantId }) => tenantId))
  }

  /** The limits that keep a task of this step from being leased now. */
  full(step: Capped): Usage[] {
    const full = this.#of(step).flatMap(({ usage, left }) => (left <= 0 ? [usage] : []))
    this.#refused ||= full.length > 0
    return full
  }

  take(step: Capped): void {
    for (const room of this.#of(step)) {
      room.left--
      room.usage = { ...room.usage, running: room.usage.running + 1 }
    }
  }

  /** Any pool was promised tasks: few farms have one, and only then it is worth looking for whose turn that is. */
  get hasPromises(): boolean {
    return this.#hasPromises
  }

  /** Its pool has less than it was promised. */
  isPromised(step: Capped): boolean {
    if (step.pool === null) return false
    const pool = this.#rooms.get(keyOf({ tenantId: step.tenantId, kind: 'pool', name: step.pool }))
    return pool !== undefined && pool.usage.running < pool.usage.least
  }

  #of({ tenantId, jobId, pool, licences, mostRunning }: Capped): Room[] {
    const rooms: Room[] = []
    const add = (kind: Usage['kind'], name: string, otherwise?: number) => {
      const key = keyOf({ tenantId, kind, name })
      const known = this.#rooms.get(key)
      if (known !== undefined) rooms.push(known)
      else if (otherwise !== undefined) {
        const usage = { tenantId, kind, name, most: otherwise, least: 0, running: 0 }
        const made = { usage, left: otherwise }
        this.#rooms.set(key, made)
        rooms.push(made)
      }
    }
    add('tenant', '')
    if (pool !== null) add('pool', pool)
    // Of a licence that nobody has set there are none.
    for (const licence of licences) add('licence', licence, 0)
    if (mostRunning !== null) add('job', jobId, mostRunning)
    return rooms
  }
}

function keyOf({ tenantId, kind, name }: Pick<Usage, 'tenantId' | 'kind' | 'name'>): string {
  return `${tenantId} ${kind} ${name}`
}
