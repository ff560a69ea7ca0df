import { stayMilliseconds } from './limits.ts'

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

  constructor(shares: readonly Share[], history: ServiceHistory) {
    this.#history = history
    for (const share of shares) this.give(share, share.running)
  }

  give(party: Party, count = 1): void {
    for (const level of levelsOf(party)) this.#running.set(level, (this.#running.get(level) ?? 0) + count)
  }

  /** Below 0: `one` is to be served before `other`. Fewest running first, then who was not served for longest. */
  compare(one: Party, other: Party): number {
    const others = levelsOf(other)
    for (const [index, level] of levelsOf(one).entries()) {
      const against = others[index] as string
      if (level === against) continue
      const fewer = (this.#running.get(level) ?? 0) - (this.#running.get(against) ?? 0)
      return fewer === 0 ? this.#history.servedAt(level) - this.#history.servedAt(against) : fewer
    }
    return 0
  }
}
