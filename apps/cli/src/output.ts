import { styleText } from 'node:util'
import { formatBytes, formatSeconds } from '@backlot/base/format'
import { clip, displayWidth, padEnd } from './display-width.ts'
import { printable, printableText } from './printable.ts'

type Style = Parameters<typeof styleText>[0]

export interface OutputOptions {
  json: boolean
  /** What the answer goes to; everything that is not the answer goes to `stderr`. */
  stdout: NodeJS.WriteStream
  stderr: NodeJS.WriteStream
}

/** What a command says: one answer on stdout, the rest on stderr; with `--json` the answer is exactly one JSON value. */
export class Output {
  readonly json: boolean
  readonly #stdout: NodeJS.WriteStream
  readonly #stderr: NodeJS.WriteStream
  #statusShown = false

  constructor({ json, stdout, stderr }: OutputOptions) {
    this.json = json
    this.#stdout = stdout
    this.#stderr = stderr
  }

  /** Whether the person sees what is redrawn in place. */
  get isInteractive(): boolean {
    return this.#stderr.isTTY === true
  }

  /** The answer. `text` is for people; with `--json` the value goes out instead. */
  answer(value: unknown, text: string): void {
    this.#clearStatus()
    this.#stdout.write(this.json ? `${JSON.stringify(value)}\n` : withNewline(printableText(text)))
  }

  /** One more line of an answer that grows (`--follow`): JSON Lines, or text for people. */
  line(value: unknown, text: string): void {
    this.answer(value, text)
  }

  /** Something worth knowing on the way. */
  note(text: string): void {
    this.#clearStatus()
    this.#stderr.write(withNewline(printableText(text)))
  }

  warn(text: string): void {
    this.note(`${this.paint('yellow', '!')} ${text}`)
  }

  /** One line that is redrawn in place; shown to people at a terminal only. */
  status(text: string): void {
    if (!this.isInteractive) return
    this.#clearStatus()
    this.#stderr.write(clip(printable(text), (this.#stderr.columns || 80) - 1))
    this.#statusShown = true
  }

  /** Colours in what goes to stderr, only where a person at a terminal sees them (and NO_COLOR is honoured by Node). */
  paint(style: Style, text: string): string {
    return styleText(style, text, { stream: this.#stderr })
  }

  /** The same in an answer, which may go to a file while stderr is a terminal. */
  paintAnswer(style: Style, text: string): string {
    return styleText(style, text, { stream: this.#stdout })
  }

  #clearStatus(): void {
    if (!this.#statusShown) return
    this.#stderr.write('\r\u001b[K')
    this.#statusShown = false
  }
}

/** Columns padded to their widest cell; the last is not padded. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = []
  for (const row of rows)
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, displayWidth(cell))
  return rows
    .map((row) =>
      row
        .map((cell, index) => (index === row.length - 1 ? cell : padEnd(cell, widths[index] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** `1.2 MB of 30 MB, 12 MB/s, 2.4 s left` */
export function formatProgress(progress: {
  bytes: number
  totalBytes: number
  bytesPerSecond: number | null
  secondsLeft: number | null
}): string {
  const { bytes, totalBytes, bytesPerSecond, secondsLeft } = progress
  const rate = bytesPerSecond === null ? '' : `, ${formatBytes(bytesPerSecond)}/s`
  const left = secondsLeft === null ? '' : `, ${formatSeconds(secondsLeft)} left`
  return `${formatBytes(bytes)} of ${formatBytes(totalBytes)}${rate}${left}`
}

function withNewline(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`
}
