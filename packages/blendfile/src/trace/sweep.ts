/**
 * Block numbers that are waiting, each taken in the order of the file, from where the last one was on, then from the
 * start again. A stream can only go forwards without starting over (gzip), and a disk likes it too.
 */
export class Sweep {
  #ahead: number[] = []
  #behind: number[] = []
  #at = -1

  push(block: number): void {
    pushHeap(block > this.#at ? this.#ahead : this.#behind, block)
  }

  /** Undefined when nothing is waiting. */
  pop(): number | undefined {
    if (this.#ahead.length === 0) {
      ;[this.#ahead, this.#behind] = [this.#behind, this.#ahead]
    }
    const block = popHeap(this.#ahead)
    this.#at = block ?? -1
    return block
  }
}

function pushHeap(heap: number[], value: number): void {
  let at = heap.length
  while (at > 0) {
    const parent = (at - 1) >> 1
    if (heap[parent]! <= value) break
    heap[at] = heap[parent]!
    at = parent
  }
  heap[at] = value
}

function popHeap(heap: number[]): number | undefined {
  const smallest = heap[0]
  const last = heap.pop()
  if (last === undefined || heap.length === 0) return smallest
  let at = 0
  for (;;) {
    let child = 2 * at + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && heap[child + 1]! < heap[child]!) child++
    if (heap[child]! >= last) break
    heap[at] = heap[child]!
    at = child
  }
  heap[at] = last
  return smallest
}
