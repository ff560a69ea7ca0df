import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { CodedError } from '@backlot/base/errors'
import type { FileIdentity, HashedFile, PackFile } from './file-work.ts'

type FileTask =
  | { op: 'identify'; files: readonly string[] }
  | { op: 'hash'; files: readonly string[] }
  | { op: 'pack'; files: readonly PackFile[] }
export type FileRequest = FileTask & { seq: number }
export interface FileReply {
  seq: number
  /** Absent: only progress. */
  value?: FileIdentity[] | HashedFile[] | Uint8Array
  bytes?: number
  error?: { code: string; message: string; details: Record<string, unknown> }
}
interface Waiting {
  task: FileTask
  onBytes: ((bytes: number) => void) | undefined
  resolve: (value: FileReply['value']) => void
  reject: (error: unknown) => void
}

/** More threads than this only wait for the same disk. */
const mostThreads = 4

/**
 * Threads that look at files, hash them and pack them, so that the caller's own thread stays free for the network and
 * for whoever presses Cancel. A thread starts when there is work for it (30 ms) and ends with `using`.
 */
export class FileThreads {
  readonly #most: number
  readonly #idle: Worker[] = []
  readonly #all = new Set<Worker>()
  readonly #queue: Waiting[] = []
  readonly #running = new Map<number, { thread: Worker; waiting: Waiting }>()
  #seq = 0
  #ended = false

  constructor(most = Math.min(mostThreads, availableParallelism())) {
    this.#most = most
  }

  identify(files: readonly string[], signal: AbortSignal): Promise<FileIdentity[]> {
    return this.#do({ op: 'identify', files }, signal) as Promise<FileIdentity[]>
  }

  hash(files: readonly string[], signal: AbortSignal, onBytes: (bytes: number) => void): Promise<HashedFile[]> {
    return this.#do({ op: 'hash', files }, signal, onBytes) as Promise<HashedFile[]>
  }

  pack(files: readonly PackFile[], signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    return this.#do({ op: 'pack', files }, signal) as Promise<Uint8Array<ArrayBuffer>>
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true
    this.#failAll(new Error('The threads were ended.'))
    await Promise.all([...this.#all].map((thread) => thread.terminate()))
  }

  /** Rejects at once when it is aborted. What a thread has begun it ends, or is ended with. */
  #do(task: FileTask, signal: AbortSignal, onBytes?: (bytes: number) => void): Promise<FileReply['value']> {
    if (this.#ended) return Promise.reject(new Error('The threads were ended.'))
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error)
      const waiting: Waiting = { task, onBytes, resolve, reject }
      const abort = () => {
        const at = this.#queue.indexOf(waiting)
        if (at >= 0) this.#queue.splice(at, 1)
        waiting.onBytes = undefined
        reject(signal.reason as Error)
      }
      signal.addEventListener('abort', abort, { once: true })
      this.#queue.push(waiting)
      this.#next()
    })
  }

  #next(): void {
    if (this.#queue.length === 0) return
    const thread = this.#idle.pop() ?? (this.#all.size < this.#most ? this.#start() : undefined)
    const waiting = thread && this.#queue.shift()
    if (!waiting) return
    const seq = ++this.#seq
    this.#running.set(seq, { thread, waiting })
    thread.postMessage({ ...waiting.task, seq } satisfies FileRequest)
  }

  #start(): Worker {
    const thread = new Worker(new URL('file-thread.ts', import.meta.url))
    this.#all.add(thread)
    thread.on('message', (reply: FileReply) => this.#receive(reply))
    thread.on('error', (error) => this.#failAll(error))
    return thread
  }

  #receive(reply: FileReply): void {
    const running = this.#running.get(reply.seq)
    if (!running) return
    const { thread, waiting } = running
    if (reply.bytes !== undefined) waiting.onBytes?.(reply.bytes)
    if (reply.value === undefined && reply.error === undefined) return
    this.#running.delete(reply.seq)
    this.#idle.push(thread)
    if (reply.error === undefined) waiting.resolve(reply.value)
    else waiting.reject(new CodedError(reply.error.code, reply.error.message, { details: reply.error.details }))
    this.#next()
  }

  #failAll(error: Error): void {
    for (const { reject } of this.#queue.splice(0)) reject(error)
    for (const { waiting } of this.#running.values()) waiting.reject(error)
    this.#running.clear()
  }
}
