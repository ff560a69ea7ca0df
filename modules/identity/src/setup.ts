import { CodedError } from '@backlot/base/errors'
import type { Session } from '@backlot/contract/schemas/identity'
import type { Accounts, NewPerson } from './accounts.ts'
import type { IdentityPorts } from './ports.ts'
import {
  deleteInstallationTokens,
  hasInstallationToken,
  insertInstallationToken,
} from './queries/installation-tokens.ts'
import type { Sessions } from './sessions.ts'
import { hashOf, newToken } from './token.ts'

/** How long a setup link works; `up` prints a new one at every start. Milliseconds. */
const setupLifetime = 7 * 86_400_000
const tokenName = 'first administrator'

export interface SetupInput extends NewPerson {
  token: string
  tenant: { name: string; slug: string }
}

export interface Setup {
  /** Nobody administrates this installation yet. */
  isNeeded(): Promise<boolean>
  /** A new one-time token; older ones end. */
  createToken(): Promise<string>
  /** Makes the first administrator with the first tenant, and signs in. */
  run(input: SetupInput, from: { address: string; userAgent: string; requestId: string }): Promise<Session>
}

export function createSetup(ports: IdentityPorts, accounts: Accounts, sessions: Sessions): Setup {
  const { database, clock, tenants } = ports
  // Once there is one, there always is: anybody may ask, and costs no statement.
  let done = false
  return {
    isNeeded: async () => !(done ||= await tenants().hasGlobalAdmin()),

    async createToken() {
      const token = newToken('setup')
      const now = clock()
      const stored = { hash: hashOf(token), kind: 'setup', name: tokenName, now } as const
      await database.auth(async (tx) => {
        await deleteInstallationTokens(tx, stored)
        await insertInstallationToken(tx, { ...stored, expiresAt: new Date(now.getTime() + setupLifetime) })
      })
      return token
    },

    async run({ token, email, name, password, tenant }, { address, userAgent, requestId }) {
      if (await tenants().hasGlobalAdmin()) {
        throw new CodedError('auth.setup_closed', 'This installation already has an administrator.')
      }
      const own = { hash: hashOf(token), kind: 'setup', now: clock() } as const
      if (!(await database.auth((tx) => hasInstallationToken(tx, own)))) {
        throw new CodedError('auth.setup_token_wrong', 'The setup link is wrong or was used.')
      }
      // An account may be left from a setup that was cut off before it had a tenant.
      const { user, created } = await accounts.ensure({ email, name, password })
      if (!created) await accounts.setPassword(user, password)
      const administrator = { userId: user.id, name: user.name }
      await tenants().createFirstTenant({ tenant, administrator, address, requestId })
      await database.auth((tx) => deleteInstallationTokens(tx, { kind: 'setup', name: tokenName }))
      return sessions.start(user, { address, userAgent })
    },
  }
}
