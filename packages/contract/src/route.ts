import type { z } from 'zod'
import type { ErrorCode } from './errors.ts'
import type { Permission } from './roles.ts'

/**
 * Who may call a route.
 * `public`: anyone · `person`: anyone signed in · a permission: a person whose role has it ·
 * `worker`: a worker's access token · `attempt`: a worker that holds a live attempt (header `backlot-attempt:
 * ATTEMPT_ID.FENCE`), in the tenant of that attempt · `files`: a person with the permission, or an attempt.
 */
export type Access = 'public' | 'person' | 'worker' | 'attempt' | { permission: Permission; orAttempt?: boolean }

/** A body or response that is not JSON: a stream of bytes with this media type. */
export interface Binary {
  binary: string
}

type Json = z.ZodType
type Params = z.ZodObject

export interface Route<
  P extends Params | undefined = Params | undefined,
  Q extends Params | undefined = Params | undefined,
  B extends Json | Binary | undefined = Json | Binary | undefined,
  R extends Json | Binary | undefined = Json | Binary | undefined,
  A extends Access = Access,
> {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below `apiPrefix`; parameters in braces. */
  path: string
  summary: string
  access: A
  params?: P
  query?: Q
  body?: B
  /** Absent: 204. */
  response?: R
  /** Beside those that any route may give (`auth.*`, `request.*`, `server.*`). */
  errors?: readonly ErrorCode[]
  /** Of a JSON body. Default 1 MiB. Bytes. */
  bodyLimit?: number
  /** Calls a minute from one address (public routes) or one person. */
  ratePerMinute?: number
}

export const apiPrefix = '/api/v1'

export const route = <
  P extends Params | undefined = undefined,
  Q extends Params | undefined = undefined,
  B extends Json | Binary | undefined = undefined,
  R extends Json | Binary | undefined = undefined,
  const A extends Access = Access,
>(
  definition: Route<P, Q, B, R, A>,
): Route<P, Q, B, R, A> => definition

type InputOf<T> = T extends Json ? z.input<T> : T extends Binary ? BodyBytes : undefined
type OutputOf<T> = T extends Json ? z.output<T> : undefined
/** What a client may send as bytes. */
export type BodyBytes = Uint8Array<ArrayBuffer> | Blob | ReadableStream<Uint8Array>

/** What a client passes. */
export type RouteInput<R> =
  R extends Route<infer P, infer Q, infer B, infer _R, infer _A>
    ? (P extends Params ? { params: z.input<P> } : unknown) &
        (Q extends Params ? { query?: z.input<Q> } : unknown) &
        (B extends undefined ? unknown : { body: InputOf<B> })
    : never
/** What a handler gets, checked. A binary body is a stream that the handler reads itself. */
export type HandlerInput<R> =
  R extends Route<infer P, infer Q, infer B, infer _R, infer _A>
    ? { params: OutputOf<P>; query: OutputOf<Q>; body: B extends Json ? z.output<B> : undefined }
    : never
/** What a client gets: a checked value, or the raw `Response` of a binary route. */
export type RouteOutput<R> =
  R extends Route<infer _P, infer _Q, infer _B, infer S, infer _A>
    ? S extends Json
      ? z.output<S>
      : S extends Binary
        ? Response
        : void
    : never
/** What a handler returns: a value for a JSON route, `Reply` for a binary one. */
export type HandlerOutput<R, Reply> =
  R extends Route<infer _P, infer _Q, infer _B, infer S, infer _A>
    ? S extends Json
      ? z.input<S>
      : S extends Binary
        ? Reply
        : void
    : never
/** Who a route lets in. */
export type AccessOf<R> = R extends Route<infer _P, infer _Q, infer _B, infer _R, infer A> ? A : never

export function isBinary(shape: unknown): shape is Binary {
  return typeof shape === 'object' && shape !== null && 'binary' in shape
}
