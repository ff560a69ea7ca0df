import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * So many bytes may arrive before their buffers are given back. What has arrived waits for the disk in at most 512 KB for
 * each of a few requests, so that hardly any buffer is still in use at two collections in a row: one that is would
 * become old, and wait for a full collection again. Bytes.
 */
const between = 8_000_000

let received = 0
let collectYoung: (() => void) | undefined

/**
 * To be called with what arrived. Node copies every 64 KB of a body into a new buffer, whose memory V8 counts beside its
 * heap, and whenever that makes out a good part of both it marks the whole heap, on all cores: in an upload of
 * 2 × 250 MB that was half of the server's 2.8 s of CPU. A collection of the young objects alone takes a millisecond and
 * gives the same buffers back; with it, and with a heap that begins larger (see `backlot up`), it was 1.1 s. Node has no
 * way to read a body into a buffer of one's own, and a thread with a small heap can't take over a connection.
 */
export function releaseReceived(bytes: number): void {
  received += bytes
  if (received < between) return
  received = 0
  collectYoung ??= youngCollection()
  collectYoung()
}

function youngCollection(): () => void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as (options: { type: 'minor' }) => void
  setFlagsFromString('--no-expose-gc')
  return () => collect({ type: 'minor' })
}
