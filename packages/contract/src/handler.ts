import type { Role } from './roles.ts'
import type { Access, AccessOf, HandlerInput, HandlerOutput } from './route.ts'

/** Who makes a request, as verified in one place, before any handler runs. */
export type Caller =
  | { kind: 'anonymous' }
  | {
      kind: 'person'
      userId: string
      name: string
      email: string
      tenantId: string
      role: Role
      via: 'session' | 'personal_token'
      tokenId: string
    }
  | { kind: 'worker'; workerId: string }
  | { kind: 'attempt'; workerId: string; attemptId: string; fence: number; jobId: string; tenantId: string }
export type Person = Extract<Caller, { kind: 'person' }>
export type Worker = Extract<Caller, { kind: 'worker' }>
export type AttemptHolder = Extract<Caller, { kind: 'attempt' }>
/** A caller in a tenant: a person, or a worker through the attempt that it holds. */
export type Tenanted = Person | AttemptHolder

/** The caller that a route's `access` promises. */
export type CallerOf<R> = CallerFor<AccessOf<R>>
type CallerFor<A extends Access> = A extends 'public'
  ? Caller
  : A extends 'person'
    ? Person
    : A extends 'worker'
      ? Worker
      : A extends 'attempt'
        ? AttemptHolder
        : A extends { orAttempt: true }
          ? Tenanted
          : Person

/** What a binary route answers. `content` undefined: no body (HEAD, 304). */
export interface BinaryResponse {
  status: number
  headers: Record<string, string>
  content: NodeJS.ReadableStream | undefined
}

export interface RequestContext<C extends Caller = Caller> {
  caller: C
  requestId: string
  /** Of the client, for rate limits and audit. */
  address: string
  userAgent: string
  headers: Readonly<Record<string, string | undefined>>
  /** The body of a binary route, not read yet. */
  bytes: NodeJS.ReadableStream
  /** Sets a header of a JSON response, such as the session cookie. */
  setHeader: (name: string, value: string) => void
}

export type Handler<R> = (
  input: HandlerInput<R>,
  context: RequestContext<CallerOf<R>>,
) => Promise<HandlerOutput<R, BinaryResponse>>
/** One handler per route of a group: what a module gives to the server. */
export type Handlers<Group extends object> = { [Id in keyof Group]: Handler<Group[Id]> }
