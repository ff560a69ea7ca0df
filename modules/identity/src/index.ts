import type { Caller, Handlers } from '@backlot/contract/handler'
import type { identityRoutes } from '@backlot/contract/routes/identity'
import { createAccounts } from './accounts.ts'
import { createAttemptLimiter } from './attempt-limiter.ts'
import { createDeviceSignIn } from './device-sign-in.ts'
import { createPeople, type People } from './people.ts'
import type { IdentityPorts } from './ports.ts'
import { deleteExpired } from './queries/delete-expired.ts'
import { createRateLimiter } from './rate-limiter.ts'
import { identityHandlers } from './routes.ts'
import { createSessions } from './sessions.ts'
import { createSetup } from './setup.ts'
import { createSignIn } from './sign-in.ts'
import { createTokens } from './tokens.ts'
import { createCallerVerifier, type Headers } from './verify-caller.ts'
import { createWorkerIdentity, type WorkerIdentity } from './worker-identity.ts'

export type { Crossing, FindAttempt, FirstTenant, IdentityPorts, Rights, TenantDirectory } from './ports.ts'
export type { People } from './people.ts'
export { loadSecrets, type Secrets } from './secrets.ts'
export type { WorkerIdentity } from './worker-identity.ts'

export interface Identity {
  handlers: Handlers<typeof identityRoutes>
  /** Who makes a request. Throws `auth.*`, `tenant.not_found`, `farm.stale_attempt`. Header names in lower case. */
  verifyCaller(headers: Headers, address: string): Promise<Caller>
  /** Counts a call; throws `request.rate_limited` when a key had more than so many a minute. */
  limitRate(key: string, perMinute: number): void
  /** Whether nobody administrates this installation yet. */
  setupNeeded(): Promise<boolean>
  /** A new one-time token for `/setup?token=…`; older ones end. */
  createSetupToken(): Promise<string>
  workers: WorkerIdentity
  people: People
  /** The person's rights changed: what was verified before is asked anew. */
  forgetUser(userId: string): void
  /** Removes what has expired. For a timer, hourly. */
  sweep(): Promise<void>
}

/** Expired sessions are kept so long, so that a client hears `auth.expired_token` instead of `auth.invalid_token`. */
const keepExpired = 7 * 86_400_000

export function createIdentity(ports: IdentityPorts): Identity {
  const { database, clock, secrets, log } = ports
  const accounts = createAccounts(database, secrets.authSecret, log)
  const sessions = createSessions(ports, accounts)
  const verifier = createCallerVerifier(ports, sessions)
  const setup = createSetup(ports, accounts, sessions)
  const signIn = createSignIn(accounts, sessions, createAttemptLimiter(clock))
  const device = createDeviceSignIn(ports, sessions)
  const tokens = createTokens(ports, verifier)
  return {
    handlers: identityHandlers(ports, { sessions, signIn, setup, device, tokens, verifier }),
    verifyCaller: (headers, address) => verifier.verify(headers, address),
    limitRate: createRateLimiter(clock),
    setupNeeded: () => setup.isNeeded(),
    createSetupToken: () => setup.createToken(),
    workers: createWorkerIdentity(ports, verifier),
    people: createPeople(database, accounts),
    forgetUser: (userId) => verifier.forgetUser(userId),
    sweep: () => database.auth((tx) => deleteExpired(tx, new Date(clock().getTime() - keepExpired))),
  }
}
