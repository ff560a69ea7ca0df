import { CodedError } from '@backlot/base/errors'
import type { Person } from '@backlot/contract/handler'
import { isAllowed, permissions } from '@backlot/contract/roles'
import type { TokenInfo } from '@backlot/contract/schemas/identity'
import type { IdentityPorts } from './ports.ts'
import { type AccessTokenRow, deleteAccessToken, insertAccessToken, listAccessTokens } from './queries/access-tokens.ts'
import { hashOf, newToken } from './token.ts'
import type { CallerVerifier } from './verify-caller.ts'

const day = 86_400_000

/** Personal access tokens, and join tokens for a tenant's workers. */
export interface Tokens {
  list(person: Person, kind: TokenInfo['kind'] | undefined): Promise<TokenInfo[]>
  create(
    person: Person,
    input: { kind: TokenInfo['kind']; name: string; expiresInDays?: number },
  ): Promise<TokenInfo & { secret: string }>
  revoke(person: Person, tokenId: string): Promise<void>
}

export function createTokens(ports: IdentityPorts, verifier: CallerVerifier): Tokens {
  const { database, clock } = ports
  const permission = 'tokens.manage_workers'
  return {
    async list({ tenantId, userId, role }, kind) {
      const filter = { userId, joinTokens: isAllowed(role, permission), kind: kind ?? null }
      return (await database.inTenant(tenantId, (tx) => listAccessTokens(tx, filter))).map(describe)
    },

    async create({ tenantId, userId, role, via }, { kind, name, expiresInDays }) {
      if (kind === 'worker_join' && !isAllowed(role, permission)) {
        throw new CodedError('auth.forbidden', `Your role (${role}) does not allow join tokens for workers.`, {
          details: { permission, needs: permissions[permission], role },
        })
      }
      // Else one that leaked could prolong itself for ever.
      if (kind === 'personal' && via !== 'session') {
        throw new CodedError('auth.forbidden', 'A personal access token can not make another one: sign in for that.')
      }
      const secret = newToken(kind === 'personal' ? 'personal' : 'workerJoin')
      const now = clock()
      const expiresAt = expiresInDays === undefined ? null : new Date(now.getTime() + expiresInDays * day)
      const stored = { tenantId, kind, userId, name, hash: hashOf(secret), now, expiresAt }
      return { ...describe(await database.inTenant(tenantId, (tx) => insertAccessToken(tx, stored))), secret }
    },

    async revoke({ tenantId, userId, role }, id) {
      const own = { id, userId, joinTokens: isAllowed(role, permission) }
      const deleted = await database.inTenant(tenantId, (tx) => deleteAccessToken(tx, own))
      if (deleted === undefined) throw new CodedError('token.not_found', 'There is no such token.')
      verifier.forgetToken(id)
    },
  }
}

function describe({ id, kind, name, createdAt, expiresAt, lastUsedAt }: AccessTokenRow): TokenInfo {
  return {
    id,
    kind,
    name,
    createdAt: createdAt.toISOString(),
    ...(expiresAt && { expiresAt: expiresAt.toISOString() }),
    ...(lastUsedAt && { lastUsedAt: lastUsedAt.toISOString() }),
  }
}
