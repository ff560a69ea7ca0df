import type { Caller } from '@backlot/contract/handler'

/** So often a connection that stays open is asked again who it is: what is revoked meanwhile must stop. Milliseconds. */
export const verifyInterval = 30_000

/**
 * Who a connection is now. Undefined: nobody any more, since the person signed out, or the token expired or was revoked.
 * While the server can't tell (its database restarts), it is who it was before.
 */
export async function verifyAgain(before: Caller, verify: () => Promise<Caller>): Promise<Caller | undefined> {
  try {
    const caller = await verify()
    return caller.kind === 'anonymous' ? undefined : caller
  } catch (error) {
    return isRefusal(error) ? undefined : before
  }
}

/** Whether this says that somebody may not, in contrast to that nobody can tell right now. */
export function isRefusal(error: unknown): boolean {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && /^(auth|tenant)\./.test(code)
}
