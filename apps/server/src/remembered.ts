/** Asks once for all who ask within `age` milliseconds of the last question. A failure is not remembered. */
export function remembered<T>(age: number, ask: () => Promise<T>, clock: () => number = Date.now): () => Promise<T> {
  let last: { at: number; answer: Promise<T> } | undefined
  return () => {
    const now = clock()
    if (last === undefined || now - last.at >= age || now < last.at) {
      const asked = { at: now, answer: ask() }
      asked.answer.catch(() => last === asked && (last = undefined))
      last = asked
    }
    return last.answer
  }
}
