import { CodedError } from '@backlot/base/errors'
import type { Session } from '@backlot/contract/schemas/identity'
import type { Accounts } from './accounts.ts'
import type { AttemptLimiter } from './attempt-limiter.ts'
import type { Sessions } from './sessions.ts'

export type SignIn = (
  input: { email: string; password: string },
  from: { address: string; userAgent: string },
) => Promise<Session>

/** E-mail and password. Throws `auth.wrong_credentials`, for an unknown e-mail too, and `auth.too_many_attempts`. */
export function createSignIn(accounts: Accounts, sessions: Sessions, attempts: AttemptLimiter): SignIn {
  return async ({ email, password }, from) => {
    const account = email.toLowerCase()
    attempts.begin(account, from.address)
    const user = await accounts.check(account, password)
    if (user === undefined) throw new CodedError('auth.wrong_credentials', 'E-mail or password is wrong.')
    attempts.succeed(account, from.address)
    return sessions.start(user, from)
  }
}
