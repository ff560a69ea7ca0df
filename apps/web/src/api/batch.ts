/** Collects what comes within `milliseconds` and hands it over at once: one render instead of hundreds. */
export function batch<T>(
  milliseconds: number,
  flush: (items: T[]) => void,
): { add: (item: T) => void; stop: () => void } {
  let items: T[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  return {
    add(item) {
      items.push(item)
      timer ??= setTimeout(() => {
        const collected = items
        items = []
        timer = undefined
        flush(collected)
      }, milliseconds)
    },
    stop() {
      clearTimeout(timer)
      timer = undefined
      items = []
    },
  }
}
