import { ApiError } from '@backlot/contract/client'
import { createSignedInClient } from '@backlot/sdk/signed-in-client'
import { findServer, sessionsOf } from '../connection.ts'
import type { CliContext } from '../context.ts'

/** Ends the session on the server and forgets it here; here also when the server can't be reached. */
export async function run(context: CliContext): Promise<void> {
  const server = await findServer(context)
  const sessions = sessionsOf(context)
  if ((await sessions.read(server)) === undefined)
    return context.output.answer({ server, signedOut: false }, `Nobody was signed in to ${server}.`)
  try {
    await createSignedInClient({ server, sessions }).client.signOut({})
  } catch (error) {
    if (!(error instanceof ApiError) || (error.kind !== 'auth' && error.kind !== 'network')) throw error
    if (error.kind === 'network') context.output.warn(`${server} can't be reached: the session ends there by itself.`)
  }
  await sessions.clear(server)
  context.output.answer({ server, signedOut: true }, `Signed out of ${server}.`)
}
