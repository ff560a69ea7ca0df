import { stayMilliseconds } from './limits.ts'
import type { Weight } from './queries/list-weights.ts'

/** Whose work it is: a person in a project of a tenant. */
export interface Party {
  tenantId: string
  projectId: string
  ownerId: string
}

export interface Share extends Party {
  /** Attempts at work. */
  running: number
}

/** The tenant, its project, the person there: a share is fair on each level before the next one matters. */
function levelsOf({ tenantId, projectId, ownerId }: Party): readonly [string, string, string] {
  return [tenantId, `${tenantId} ${projectId}`, `${tenantId} ${projectId} ${ownerId}`]
}

/** Parties that are remembered. Who was forgotten counts as never served, so a tie may go to them once too often. */
const mostParties = 20_000

/**
 * What this server has handed out, in memory: it settles ties, and keeps a worker at the job whose scene it has
 * loaded. Another server, or this one after a restart, begins with none: shares stay as fair, only ties differ.
 */
export class ServiceHistory {
  readonly #served = new Map<string, number>()
  readonly #stays = new Map<string, { jobId: string; since: number }>()
  #turn = 0

  note(workerId: string, jobId: string, party: Party, now: Date): void {
    this.#turn++
    for (const level of levelsOf(party)) this.#remember(this.#served, level, this.#turn)
    if (this.#stays.get(workerId)?.jobId === jobId) return
    this.#remember(this.#stays, workerId, { jobId, since: now.getTime() })
  }

  servedAt(level: string): number {
    return this.#served.get(level) ?? 0
  }

  /** The job that the worker may go on with although somebody else's turn it is. */
  jobToStayWith(workerId: string, now: Date): string | undefined {
    const stay = this.#stays.get(workerId)
    return stay !== undefined && now.getTime() - stay.since < stayMilliseconds ? stay.jobId : undefined
  }

  /** The map is in the order of the last use: what goes first was not used for longest. */
  #remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
    map.delete(key)
    map.set(key, value)
    const [oldest] = map.keys()
    if (map.size > mostParties && oldest !== undefined) map.delete(oldest)
  }
}

/** Who has how much, while tasks are being handed out. */
export class Shares {
  readonly #running = new Map<string, number>()
  readonly #history: ServiceHistory
  readonly #weights: ReadonlyMap<string, number>

  constructor(shares: readonly Share[], history: ServiceHistory, weights: readonly Weight[] = []) {
    this.#history = history
    this.#weights = new Map(weights.map(({ tenantId, kind, name, weight }) => [`${kind} ${tenantId} ${name}`, weight]))
    for (const share of shares) this.give(share, share.running)
  }

  give(party: Party, count = 1): void {
    for (const level of levelsOf(party)) this.#running.set(level, (this.#running.get(level) ?? 0) + count)
  }

  /**
   * Below 0: `one` is to be served before `other`. Who would have least by weight with one task more comes first, then who
   * was not served for longest.
   */
  compare(one: Party, other: Party): number {
    const others = levelsOf(other)
    for (const [index, level] of levelsOf(one).entries()) {
      const against = others[index] as string
      if (level === against) continue
      const fewer = this.#burden(one, index, level) - this.#burden(other, index, against)
      return fewer === 0 ? this.#history.servedAt(level) - this.#history.servedAt(against) : fewer
    }
    return 0
  }

  /** What a party of a level would have with one task more, by its weight. */
  #burden(party: Party, index: number, level: string): number {
    const running = this.#running.get(level) ?? 0
    if (this.#weights.size === 0) return running
    const { tenantId, projectId, ownerId } = party
    const key = [`tenant ${tenantId} `, `project ${tenantId} ${projectId}`, `person ${tenantId} ${ownerId}`][
      index
    ] as string
    return (running + 1) / (this.#weights.get(key) ?? 1)
  }
}
