import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'

const newline = 0x0a

/**
 * Calls `handle` with every line of a stream, without its end. Of a line longer than `limit` bytes only its beginning
 * comes, cut there: a scene that prints 300 MB without an end of line took the worker 1.2 GB by Node's `readline`.
 */
export function onLine(stream: Readable, limit: number, handle: (line: string) => void): void {
  let held: Buffer[] = []
  let heldBytes = 0
  const add = (bytes: Buffer) => {
    const wanted = bytes.subarray(0, limit - heldBytes)
    if (wanted.length === 0) return
    held.push(wanted)
    heldBytes += wanted.length
  }
  const emit = () => {
    // The decoder leaves out what is left of a character that was cut.
    const line = new StringDecoder('utf8').write(Buffer.concat(held))
    held = []
    heldBytes = 0
    handle(line.endsWith('\r') ? line.slice(0, -1) : line)
  }
  stream.on('error', () => {}) // it ends with its process, whose exit says more
  stream.on('data', (chunk: Buffer) => {
    let start = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      add(chunk.subarray(start, end))
      emit()
      start = end + 1
    }
    // A copy: a small rest must not keep the whole chunk.
    if (start < chunk.length) add(Buffer.from(chunk.subarray(start)))
  })
  stream.on('end', () => {
    if (heldBytes > 0) emit()
  })
}
