/** Where bytes go, one after the other: a temporary file, memory, a stream. The package's only output. */
export interface ByteSink {
  /** All of them; the caller may re-use the array when it resolves. */
  write(bytes: Uint8Array): Promise<void>
}

/** Keeps what is written in memory. */
export function memorySink(): ByteSink & { bytes(): Uint8Array } {
  const parts: Uint8Array[] = []
  return {
    async write(bytes) {
      parts.push(bytes.slice())
    },
    bytes() {
      const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
      let at = 0
      for (const part of parts) {
        all.set(part, at)
        at += part.length
      }
      return all
    },
  }
}
