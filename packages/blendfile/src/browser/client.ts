import { BlendFileError } from '../errors.ts'
import type { BlendInfo } from '../inspect/inspect.ts'
import type { TraceProgress, TraceResult } from '../trace/result.ts'
import type { DroppedFile } from './dropped-files.ts'
import type { BlendRequest, BlendResponse, Port } from './protocol.ts'

export interface QuestionOptions {
  onProgress?: (progress: TraceProgress) => void
  /** Ends the question, here with the signal's reason and in the worker. */
  signal?: AbortSignal
}

interface Waiting {
  onResponse(response: BlendResponse): void
}

/** A page's side of the worker (`worker.ts`). Failures of files are `BlendFileError`s, as without a worker. */
export class BlendWorkerClient {
  readonly #port: Port
  readonly #waiting = new Map<number, Waiting>()
  #lastId = 0

  constructor(port: Port) {
    this.#port = port
    port.addEventListener('message', ({ data }) => {
      const response = data as BlendResponse
      this.#waiting.get(response.id)?.onResponse(response)
    })
  }

  async inspect(files: readonly DroppedFile[], path: string, options: QuestionOptions = {}): Promise<BlendInfo> {
    const response = await this.#ask((id) => ({ kind: 'inspect', id, files, path }), options)
    if (response.kind !== 'inspected') throw new TypeError(`The worker answered ${response.kind} to inspect.`)
    return response.info
  }

  async trace(files: readonly DroppedFile[], path: string, options: QuestionOptions = {}): Promise<TraceResult> {
    const response = await this.#ask((id) => ({ kind: 'trace', id, files, path }), options)
    if (response.kind !== 'traced') throw new TypeError(`The worker answered ${response.kind} to trace.`)
    return response.result
  }

  #ask(request: (id: number) => BlendRequest, { onProgress, signal }: QuestionOptions): Promise<BlendResponse> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason)
        return
      }
      const id = ++this.#lastId
      const end = (): void => {
        this.#waiting.delete(id)
        signal?.removeEventListener('abort', cancel)
      }
      const cancel = (): void => {
        end()
        this.#port.postMessage({ kind: 'cancel', id } satisfies BlendRequest)
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', cancel)
      this.#waiting.set(id, {
        onResponse(response) {
          if (response.kind === 'progress') {
            onProgress?.(response.progress)
            return
          }
          end()
          if (response.kind === 'failed') reject(errorOf(response.failure))
          else resolve(response)
        },
      })
      this.#port.postMessage(request(id))
    })
  }
}

function errorOf({ code, message }: Extract<BlendResponse, { kind: 'failed' }>['failure']): Error {
  return code === undefined ? new Error(message) : new BlendFileError(code, message)
}
