export interface Progress {
  stage: 'hash' | 'send' | 'receive' | 'lay_out'
  files: number
  totalFiles: number
  bytes: number
  totalBytes: number
  /** Of the last five seconds; null before anything moved. */
  bytesPerSecond: number | null
  secondsLeft: number | null
}
export type OnProgress = (progress: Progress) => void

const windowMilliseconds = 5000
/** A listener that draws is called at most ten times a second. */
const quietMilliseconds = 100

/** Counts one stage of a transfer and tells a listener how far it is, how fast, and how long it will take. */
export class ProgressMeter {
  files = 0
  bytes = 0
  readonly #stage: Progress['stage']
  readonly #total: { files: number; bytes: number }
  readonly #listener: OnProgress | undefined
  readonly #now: () => number
  readonly #samples: { at: number; bytes: number }[] = []
  #toldAt = Number.NEGATIVE_INFINITY

  constructor(
    stage: Progress['stage'],
    total: { files: number; bytes: number },
    listener?: OnProgress,
    now: () => number = () => performance.now(),
  ) {
    this.#stage = stage
    this.#total = total
    this.#listener = listener
    this.#now = now
    this.#samples.push({ at: now(), bytes: 0 })
  }

  /** A negative number takes back what has to be sent again. */
  add(bytes: number, files = 0): void {
    this.bytes += bytes
    this.files += files
    if (this.#listener && this.#now() - this.#toldAt >= quietMilliseconds) this.#tell(this.#listener)
  }

  /** Tells the last state, whatever was told before. */
  end(): void {
    if (this.#listener) this.#tell(this.#listener)
  }

  read(): Progress {
    const now = this.#now()
    while (this.#samples.length > 1 && now - (this.#samples[1]?.at ?? now) > windowMilliseconds) this.#samples.shift()
    const first = this.#samples[0] ?? { at: now, bytes: 0 }
    const seconds = (now - first.at) / 1000
    const rate = seconds > 0 && this.bytes > first.bytes ? (this.bytes - first.bytes) / seconds : null
    this.#samples.push({ at: now, bytes: this.bytes })
    return {
      stage: this.#stage,
      files: this.files,
      totalFiles: this.#total.files,
      bytes: this.bytes,
      totalBytes: this.#total.bytes,
      bytesPerSecond: rate,
      secondsLeft: rate === null ? null : Math.max(0, this.#total.bytes - this.bytes) / rate,
    }
  }

  #tell(listener: OnProgress): void {
    this.#toldAt = this.#now()
    listener(this.read())
  }
}
