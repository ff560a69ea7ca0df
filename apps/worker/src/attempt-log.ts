import type { Client } from '@backlot/contract/client'
import type { Lease } from '@backlot/contract/schemas/farm'

type Level = 'debug' | 'info' | 'warning' | 'error'
interface Line {
  at: string
  level: Level
  text: string
}

const sendEvery = 1000
/** Of one request, and of one line: the contract's limits. */
const linesPerRequest = 500
const textLimit = 4000
/** Held while the server is away. What comes then is counted, not kept. */
const heldLimit = 5000
/**
 * Of what Blender and the scene print, and of errors among what comes after these. The server keeps 2,000 lines of an
 * attempt: why it failed must be among them, however much a script prints before.
 */
const printedLimit = 1500
const laterErrorsLimit = 200

/** Sends an attempt's log to the server about once a second, while it is written. Losing it never fails an attempt. */
export class AttemptLog {
  readonly #client: Client
  readonly #lease: Pick<Lease, 'attemptId' | 'fence'>
  #lines: Line[] = []
  #lost = 0
  #printed = 0
  #laterErrors = 0
  #unprinted = 0
  #sending: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(client: Client, { attemptId, fence }: Pick<Lease, 'attemptId' | 'fence'>) {
    this.#client = client
    this.#lease = { attemptId, fence }
  }

  write(text: string, level: Level = 'info'): void {
    if (this.#lines.length >= heldLimit) {
      this.#lost++
      return
    }
    this.#lines.push({ at: new Date().toISOString(), level, text: text.slice(0, textLimit) })
    this.#timer ??= setTimeout(() => void this.#send(), sendEvery)
  }

  /** A line that Blender printed. */
  print(text: string, level: Level): void {
    this.#printed++
    if (this.#printed > printedLimit && (level !== 'error' || ++this.#laterErrors > laterErrorsLimit)) this.#unprinted++
    else this.write(text, level)
  }

  /** Sends what is held and waits for it, `patience` milliseconds at most. */
  async flush(patience: number): Promise<void> {
    clearTimeout(this.#timer)
    if (this.#unprinted > 0) this.write(`${this.#unprinted} more lines that Blender printed were left out.`, 'warning')
    this.#unprinted = 0
    const late = Promise.withResolvers<void>()
    const timer = setTimeout(late.resolve, patience)
    await Promise.race([this.#send(), late.promise])
    clearTimeout(timer)
    this.drop()
  }

  /** Sends nothing more. */
  drop(): void {
    clearTimeout(this.#timer)
    this.#lines = []
  }

  #send(): Promise<void> {
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined
      this.#timer = this.#lines.length === 0 ? undefined : setTimeout(() => void this.#send(), sendEvery)
    })
    return this.#sending
  }

  async #sendAll(): Promise<void> {
    if (this.#lost > 0) {
      const text = `${this.#lost} lines were left out: they came faster than they could be sent.`
      this.#lines.push({ at: new Date().toISOString(), level: 'warning', text })
      this.#lost = 0
    }
    while (this.#lines.length > 0) {
      const lines = this.#lines.slice(0, linesPerRequest)
      try {
        await this.#client.attemptLogs({ body: { ...this.#lease, lines } })
      } catch {
        return // kept; the next second tries again
      }
      this.#lines.splice(0, lines.length)
    }
  }
}

/** How grave a line of Blender's output is, by its words; undefined: noise that Backlot says itself. */
export function levelOf(text: string): Level | undefined {
  if (text.trim() === '' || /^Fra:-?\d+ Mem:|\bSaved: '|^ ?Time: \d+:/.test(text)) return undefined
  if (/^(Traceback|\w*Error\b|error\b|fatal\b)|\berror:/i.test(text.trim())) return 'error'
  return /^warn|\bwarning:/i.test(text.trim()) ? 'warning' : 'info'
}
