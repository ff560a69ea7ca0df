import { CodedError } from '@backlot/base/errors'
import type { Logger } from '@backlot/base/node/logger'
import type { Database } from '@backlot/db/database'
import { uniqueViolation } from '@backlot/db/errors'
import { Kysely, PostgresDialect } from 'kysely'
import type { User } from './membership.ts'
import { hashPassword, verifyPassword } from './password-hash.ts'
import { requireStrongPassword } from './password-strength.ts'

export interface NewSession {
  userId: string
  /** SHA-256 of the token. */
  tokenHash: string
  signedInAt: Date
  expiresAt: Date
  address: string
  userAgent: string
}

export interface NewPerson {
  email: string
  name: string
  password: string
}

/** Accounts and how they prove who they are: better-auth behind what the product needs of it. */
export interface Accounts {
  /** The person with this e-mail, made with the given name and password when there is none. */
  ensure(person: NewPerson): Promise<{ user: User; created: boolean }>
  setPassword(user: User, password: string): Promise<void>
  /** The person, if the password is right. An unknown e-mail takes as long as a wrong password. */
  check(email: string, password: string): Promise<User | undefined>
  createSession(session: NewSession): Promise<void>
}

/**
 * better-auth with our table names, hashes and no routes of its own: the contract's routes are the only ones.
 * Loaded when it is first needed (0.3 s that a start does not have to wait for).
 */
async function loadBetterAuth(database: Database, secret: string, log: Logger) {
  const { betterAuth } = await import('better-auth')
  const snake = { createdAt: 'created_at', updatedAt: 'updated_at', userId: 'user_id', expiresAt: 'expires_at' }
  const stamps = { createdAt: snake.createdAt, updatedAt: snake.updatedAt }
  const auth = betterAuth({
    secret,
    baseURL: 'http://backlot.localhost', // of links that it would send; it sends none
    database: { db: new Kysely({ dialect: new PostgresDialect({ pool: database.authPool }) }), type: 'postgres' },
    advanced: { database: { generateId: false } }, // uuidv7() by the database
    telemetry: { enabled: false },
    logger: { level: 'warn', log: (level, message) => log[level]({ part: 'better-auth' }, message) },
    emailAndPassword: {
      enabled: true,
      password: { hash: hashPassword, verify: ({ hash, password }) => verifyPassword(password, hash) },
    },
    user: { modelName: 'users', fields: { ...stamps, emailVerified: 'email_verified' } },
    account: {
      modelName: 'accounts',
      fields: {
        ...stamps,
        userId: snake.userId,
        accountId: 'account_id',
        providerId: 'provider_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
      },
    },
    session: {
      modelName: 'sessions',
      fields: { ...snake, ipAddress: 'ip_address', userAgent: 'user_agent' },
      additionalFields: { signedInAt: { type: 'date', required: true, fieldName: 'signed_in_at' } },
    },
    verification: { modelName: 'verifications', fields: { ...stamps, expiresAt: snake.expiresAt } },
  })
  return auth.$context
}

export function createAccounts(database: Database, secret: string, log: Logger): Accounts {
  let loading: ReturnType<typeof loadBetterAuth> | undefined
  const load = () => (loading ??= loadBetterAuth(database, secret, log))
  // Verified when there is no account, so that an unknown e-mail costs the same work.
  let decoy: Promise<string> | undefined

  const accounts: Accounts = {
    async ensure({ email, name, password }) {
      const { internalAdapter } = await load()
      const found = await internalAdapter.findUserByEmail(email)
      if (found) return { user: pick(found.user), created: false }
      requireStrongPassword(password, { email, name })
      const made = await internalAdapter
        .createUser({ email, name, emailVerified: false }, { method: 'email' })
        .catch((error: unknown) => {
          if (uniqueViolation(error) !== 'users_email_unique') throw error
        })
      if (!made) return accounts.ensure({ email, name, password }) // somebody else was quicker
      const user = pick(made)
      await accounts.setPassword(user, password)
      return { user, created: true }
    },

    async setPassword(user, password) {
      requireStrongPassword(password, user)
      const { internalAdapter } = await load()
      const hash = await hashPassword(password)
      const own = await internalAdapter.findCredentialAccount(user.id)
      if (own) await internalAdapter.updatePassword(user.id, hash)
      else {
        const account = { userId: user.id, providerId: 'credential', accountId: user.id, password: hash }
        await internalAdapter.linkAccount(account)
      }
    },

    async check(email, password) {
      const [{ internalAdapter }, nobody] = await Promise.all([load(), (decoy ??= hashPassword('nobody has this one'))])
      const found = await internalAdapter.findUserByEmail(email, { includeAccounts: true })
      const stored = found?.accounts.find(({ providerId }) => providerId === 'credential')?.password
      const right = await verifyPassword(password, stored ?? nobody)
      return right && found && stored ? pick(found.user) : undefined
    },

    async createSession({ userId, tokenHash, signedInAt, expiresAt, address, userAgent }) {
      const { internalAdapter } = await load()
      const fields = { token: tokenHash, signedInAt, expiresAt, ipAddress: address, userAgent }
      const created = await internalAdapter.createSession(userId, false, fields, true)
      if (!created) throw new CodedError('server.internal', 'The session was not stored.')
    },
  }
  return accounts
}

function pick({ id, email, name }: User): User {
  return { id, email, name }
}
