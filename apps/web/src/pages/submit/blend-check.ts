import { BlendWorkerClient } from '@backlot/blendfile/browser/client'
import type { DroppedFile } from '@backlot/blendfile/browser/dropped-files'
import type { BlendInfo } from '@backlot/blendfile/inspect/inspect'
import type { TraceProgress, TraceResult } from '@backlot/blendfile/trace/result'
import { fileName, type MainFile, mainFiles } from './main-file.ts'
import type { BlendWorker } from './start-worker.ts'

/** What was dropped, and which .blend of it is looked at. */
export interface Chosen {
  files: readonly DroppedFile[]
  /** All that could be the main file, the most likely first. */
  candidates: readonly MainFile[]
  main: MainFile
}

/**
 * How far it is: nothing was dropped · the dropped folders are listed · they can't be · there is no .blend in them · the
 * main file is read · it was read · it can't be read. What is known of the main file (`info`) comes before the rest.
 */
export type CheckState =
  | { kind: 'empty' }
  | { kind: 'listing' }
  | { kind: 'unlisted'; error: unknown }
  | { kind: 'no_blend'; files: readonly DroppedFile[] }
  | (Chosen & { kind: 'checking'; startedAt: string; info?: BlendInfo; progress?: TraceProgress })
  | (Chosen & { kind: 'checked'; info: BlendInfo; result: TraceResult })
  | (Chosen & { kind: 'failed'; error: unknown; info?: BlendInfo })

const empty: CheckState = { kind: 'empty' }

/** Looks at what a person dropped, in a worker, one thing at a time: whatever is asked for later ends what runs. */
export class BlendCheck {
  readonly #start: () => BlendWorker
  readonly #listeners = new Set<() => void>()
  #state: CheckState = empty
  /** Ends what runs. */
  #running = new AbortController()
  /** Name of the file that was looked at last. */
  #last: string | undefined

  constructor(start: () => BlendWorker) {
    this.#start = start
  }

  readonly state = (): CheckState => this.#state

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Takes what was dropped and begins with its most likely main file. Ends when that is checked. */
  async open(dropped: Promise<DroppedFile[]>): Promise<void> {
    const signal = this.#begin({ kind: 'listing' })
    const listed = await dropped.then(
      (files) => ({ files }),
      (error: unknown) => ({ error }),
    )
    if (signal.aborted) return
    if ('error' in listed) return this.#set({ kind: 'unlisted', error: listed.error })
    const { files } = listed
    const candidates = mainFiles(files, this.#last)
    const main = candidates[0]
    if (main === undefined) this.#set({ kind: 'no_blend', files })
    else await this.#check({ files, candidates, main })
  }

  /** Looks at another .blend of what was dropped. */
  async choose(path: string): Promise<void> {
    const state = this.#state
    if (!('candidates' in state)) return
    const { files, candidates } = state
    const main = candidates.find((candidate) => candidate.path === path)
    if (main !== undefined) await this.#check({ files, candidates, main })
  }

  /** Ends what runs and forgets what was dropped. */
  clear(): void {
    this.#begin(empty)
  }

  async #check(chosen: Chosen): Promise<void> {
    const { files, main } = chosen
    let checking: CheckState & { kind: 'checking' } = {
      ...chosen,
      kind: 'checking',
      startedAt: new Date().toISOString(),
    }
    this.#last = fileName(main.path)
    const signal = this.#begin(checking)
    const note = (more: { info?: BlendInfo; progress?: TraceProgress }) => {
      if (!signal.aborted) this.#set((checking = { ...checking, ...more }))
    }
    const worker = this.#start()
    signal.addEventListener('abort', worker.end)
    const client = new BlendWorkerClient(worker.port)
    try {
      const info = await Promise.race([client.inspect(files, main.path, { signal }), worker.failed])
      note({ info })
      const onProgress = (progress: TraceProgress) => note({ progress })
      const result = await Promise.race([client.trace(files, main.path, { signal, onProgress }), worker.failed])
      if (!signal.aborted) this.#set({ ...chosen, kind: 'checked', info, result })
    } catch (error) {
      if (signal.aborted) return
      const { info } = checking
      this.#set({ ...chosen, kind: 'failed', error, ...(info && { info }) })
    } finally {
      worker.end()
    }
  }

  #begin(state: CheckState): AbortSignal {
    this.#running.abort()
    this.#running = new AbortController()
    this.#set(state)
    return this.#running.signal
  }

  #set(state: CheckState): void {
    this.#state = state
    this.#listeners.forEach((listener) => listener())
  }
}
