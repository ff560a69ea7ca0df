/**
 * From a block's address in the memory of the Blender that saved it to a block number. Addresses are 64-bit and, from
 * 5.0 on, spread over all of them, so they are kept as two halves: exact, and without an object or BigInt per entry
 * (measured: 20 times faster than a Map of BigInt).
 */
export class AddressMap {
  readonly #mask: number
  readonly #low: Uint32Array
  readonly #high: Uint32Array
  readonly #values: Int32Array

  /** `capacity`: most entries there will be. */
  constructor(capacity: number) {
    let slots = 8
    while (slots < capacity * 2) slots *= 2
    this.#mask = slots - 1
    this.#low = new Uint32Array(slots)
    this.#high = new Uint32Array(slots)
    this.#values = new Int32Array(slots).fill(-1)
  }

  /** The first block of an address stays. `value` is not negative. */
  set(low: number, high: number, value: number): void {
    const slot = this.#slot(low, high)
    if (this.#values[slot] !== -1) return
    this.#low[slot] = low
    this.#high[slot] = high
    this.#values[slot] = value
  }

  /** -1 when nothing is there. */
  get(low: number, high: number): number {
    return this.#values[this.#slot(low, high)]!
  }

  #slot(low: number, high: number): number {
    let slot = (Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b)) >>> 0
    slot = (slot ^ (slot >>> 15)) & this.#mask
    while (this.#values[slot] !== -1 && (this.#low[slot] !== low || this.#high[slot] !== high)) {
      slot = (slot + 1) & this.#mask
    }
    return slot
  }
}
