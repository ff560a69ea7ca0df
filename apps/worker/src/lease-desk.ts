import type { Lease } from '@backlot/contract/schemas/farm'

interface Place {
  /** A call that may bring a lease for it is under way. */
  asked: boolean
  give: (lease: Lease | undefined) => void
  onNone: () => void
}

export interface LeaseDeskOptions {
  lease: (slots: number) => Promise<readonly Lease[]>
  /** A lease that came for nobody: the worker stops meanwhile. */
  giveBack: (lease: Lease) => void
  /** The server did not answer a question for leases. */
  onFailure: (error: unknown) => void
}

/**
 * Brings free slots and leases together. A slot waits here; leases come from questions of its own, and with the answers
 * to finished attempts. Each waiting place is promised to one call at a time, so that never more leases come than wait.
 */
export class LeaseDesk {
  readonly #options: LeaseDeskOptions
  #places: Place[] = []
  #closed = false

  constructor(options: LeaseDeskOptions) {
    this.#options = options
  }

  /**
   * Waits for a lease. Asks for one after `patience` milliseconds, if the end of no attempt has brought it by then.
   * Undefined: the desk has closed. `onNone`: there is no work now.
   */
  next(onNone: () => void, patience = 0): Promise<Lease | undefined> {
    if (this.#closed) return Promise.resolve(undefined)
    const { promise, resolve } = Promise.withResolvers<Lease | undefined>()
    this.#places.push({ asked: false, give: resolve, onNone })
    if (patience === 0) this.ask()
    else setTimeout(() => this.ask(), patience).unref()
    return promise
  }

  /** Asks for all that wait and are not promised anything yet. */
  ask(): void {
    void this.with((slots) => (slots === 0 ? Promise.resolve([]) : this.#options.lease(slots))).catch(
      this.#options.onFailure,
    )
  }

  /** Makes a call that may bring leases for all places that wait now. */
  async with(call: (slots: number) => Promise<readonly Lease[]>): Promise<void> {
    const promised = this.#closed ? [] : this.#places.filter(({ asked }) => !asked)
    for (const place of promised) place.asked = true
    try {
      for (const lease of await call(promised.length)) {
        const place = promised.shift()
        if (place === undefined || this.#closed) this.#options.giveBack(lease)
        else this.#serve(place, lease)
      }
      for (const { onNone } of promised) onNone()
    } finally {
      for (const place of promised) place.asked = false
    }
  }

  /** From now on nobody gets a lease. */
  close(): void {
    this.#closed = true
    for (const { give } of this.#places) give(undefined)
    this.#places = []
  }

  #serve(place: Place, lease: Lease): void {
    this.#places = this.#places.filter((other) => other !== place)
    place.give(lease)
  }
}
