import type { BlendErrorCode } from '../errors.ts'
import type { BlendInfo } from '../inspect/inspect.ts'
import type { TraceProgress, TraceResult } from '../trace/result.ts'
import type { DroppedFile } from './dropped-files.ts'

/** From a page to the worker. `id` is the page's, one for each question; `path` is one of the files'. */
export type BlendRequest =
  | { readonly kind: 'inspect'; readonly id: number; readonly files: readonly DroppedFile[]; readonly path: string }
  | { readonly kind: 'trace'; readonly id: number; readonly files: readonly DroppedFile[]; readonly path: string }
  | { readonly kind: 'cancel'; readonly id: number }

/** From the worker to the page. After anything but `progress` nothing more comes for that question. */
export type BlendResponse =
  | { readonly kind: 'progress'; readonly id: number; readonly progress: TraceProgress }
  | { readonly kind: 'inspected'; readonly id: number; readonly info: BlendInfo }
  | { readonly kind: 'traced'; readonly id: number; readonly result: TraceResult }
  | { readonly kind: 'failed'; readonly id: number; readonly failure: BlendFailure }

/** An error without its class, which does not survive being posted. */
export interface BlendFailure {
  /** Undefined: a bug of ours, not of the file. */
  readonly code: BlendErrorCode | undefined
  readonly message: string
}

/** Of a `Worker`, a worker's own scope, a `MessagePort`. */
export interface Port {
  postMessage(message: unknown): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
}
