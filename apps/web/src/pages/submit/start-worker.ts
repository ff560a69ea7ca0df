import type { Port } from '@backlot/blendfile/browser/protocol'
import { ApiError } from '@backlot/contract/client'

/** A worker that reads .blend files, as `BlendCheck` needs it. */
export interface BlendWorker {
  port: Port
  /** Rejects when the worker can't be loaded, or has a bug; never resolves. */
  failed: Promise<never>
  /** Ends it at once, whatever it does; its memory goes with it. */
  end: () => void
}

export function startWorker(): BlendWorker {
  const worker = new Worker(new URL('./blend.worker.ts', import.meta.url), { type: 'module' })
  const failed = new Promise<never>((_resolve, reject) => {
    worker.addEventListener('error', ({ message }: Partial<ErrorEvent>) => {
      // Only a script that runs has something to say: one that did not come is a plain event.
      const away = 'The part of this page that reads .blend files could not be loaded.'
      reject(message === undefined ? new ApiError('network.unreachable', away) : new Error(message))
    })
  })
  return { port: worker, failed, end: () => worker.terminate() }
}
