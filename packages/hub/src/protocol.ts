import { errorBody } from '@backlot/contract/error-body'
import { z } from 'zod'

/** What a client sends. The first message is `hello`, unless the connection itself was authenticated (cookie, header). */
export const clientMessage = z.discriminatedUnion('op', [
  z.object({ op: z.literal('hello'), token: z.string().max(4096), tenant: z.uuid().optional() }),
  z.object({ op: z.literal('subscribe'), id: z.int().min(1), topic: z.string().max(200) }),
  z.object({ op: z.literal('unsubscribe'), id: z.int().min(1) }),
  z.object({ op: z.literal('ping') }),
])
export type ClientMessage = z.infer<typeof clientMessage>

/** What the server sends. */
export const serverMessage = z.discriminatedUnion('op', [
  z.object({ op: z.literal('welcome'), session: z.uuid() }),
  z.object({ op: z.literal('subscribed'), id: z.int() }),
  z.object({ op: z.literal('event'), topic: z.string(), payload: z.unknown() }),
  /** The client read too slowly and events were dropped: what it shows may be old, so it loads anew. */
  z.object({ op: z.literal('lagged'), dropped: z.int() }),
  z.object({ op: z.literal('error'), id: z.int().optional(), error: errorBody.shape.error }),
  z.object({ op: z.literal('pong') }),
])
export type ServerMessage = z.infer<typeof serverMessage>
