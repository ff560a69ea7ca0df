import type { ChildProcess, StdioOptions } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { onLine } from './lines.ts'

/**
 * How requests and answers travel.
 * - `descriptors`: 3 and 4. Nothing that Blender prints can get between.
 * - `standard`: stdin and the original stdout; the child moves its own stdout to stderr before bpy is loaded. For
 *   Windows: there, further descriptors exist only through the C runtime's start-up block, which launchers drop (the
 *   `python.exe` of a virtual environment starts the real one as a second process, Blender's launcher does too).
 */
export type ChannelKind = 'descriptors' | 'standard'

export const platformChannel: ChannelKind = process.platform === 'win32' ? 'standard' : 'descriptors'

export const channelStdio: Record<ChannelKind, StdioOptions> = {
  descriptors: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
  standard: ['pipe', 'pipe', 'pipe'],
}

/** Descriptor numbers as the child sees them. */
export const channelDescriptors: Record<ChannelKind, { read: number; write: number }> = {
  descriptors: { read: 3, write: 4 },
  standard: { read: 0, write: 1 },
}

export interface HelloEvent {
  event: 'hello'
  version: string
  kind: 'executable' | 'module'
  denoiser: boolean
  video: boolean
  python: string
}

export interface WireError {
  code: string
  message: string
  details: Record<string, unknown>
}

export interface FailedEvent {
  event: 'failed'
  error: WireError
}

export interface ProgressEvent {
  event: 'progress'
  id: number
  frame?: number
  stats?: string
  done?: number
  total?: number
}

export interface ReplyEvent {
  event: 'reply'
  id: number
  result?: Record<string, unknown>
  error?: WireError
  warnings: string[]
  memoryBytes?: number | null
  peakMemoryBytes?: number | null
}

export type ChannelEvent = HelloEvent | FailedEvent | ProgressEvent | ReplyEvent

export interface Channel {
  send(request: { id: number; name: string; params: unknown }): void
  /** Closing it makes the child end itself. */
  close(): void
}

export interface ChannelListener {
  onEvent(event: ChannelEvent): void
  onLog(stream: 'stdout' | 'stderr', text: string): void
}

/** Of what Blender prints. Bytes of a line: longer than anything that it says itself. */
const printedLimit = 8192
/** Of an event: a list of 100,000 missing files has room in it. */
const eventLimit = 64 * 1024 ** 2

/** Connects to a child that was started with `channelStdio`. */
export function connect(child: ChildProcess, kind: ChannelKind, listener: ChannelListener): Channel {
  const [requests, events] = (kind === 'standard' ? [child.stdin, child.stdout] : [child.stdio[3], child.stdio[4]]) as [
    Writable,
    Readable,
  ]
  requests.on('error', () => {}) // the child is gone: its exit says more
  const log = (stream: 'stdout' | 'stderr') => (line: string) => {
    if (line.trim()) listener.onLog(stream, line)
  }
  onLine(events, eventLimit, (line) => {
    const event = parseEvent(line)
    if (event) listener.onEvent(event)
    else log('stdout')(line.slice(0, printedLimit)) // on a standard channel Blender speaks before our script starts
  })
  if (kind === 'descriptors') onLine(child.stdout as Readable, printedLimit, log('stdout'))
  onLine(child.stderr as Readable, printedLimit, log('stderr'))
  return {
    send: (request) => void requests.write(`${JSON.stringify(request)}\n`),
    close: () => requests.destroy(),
  }
}

function parseEvent(line: string): ChannelEvent | undefined {
  if (!line.startsWith('{"event"')) return undefined
  try {
    return JSON.parse(line) as ChannelEvent
  } catch {
    return undefined
  }
}
