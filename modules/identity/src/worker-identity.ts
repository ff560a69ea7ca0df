import { CodedError } from '@backlot/base/errors'
import type { IdentityPorts } from './ports.ts'
import { findAccessToken, touchAccessToken } from './queries/access-tokens.ts'
import {
  deleteInstallationTokens,
  hasInstallationToken,
  insertInstallationToken,
} from './queries/installation-tokens.ts'
import { deleteCredentialsOf, insertWorkerCredential, useWorkerCredential } from './queries/worker-credentials.ts'
import { hashOf, isToken, newToken } from './token.ts'
import type { CallerVerifier } from './verify-caller.ts'
import { signWorkerAccess } from './worker-access.ts'

/** How workers prove who they are: join token → credential of the worker → short access token. */
export interface WorkerIdentity {
  /** Throws `auth.worker_token_invalid`. `tenantId` null: the worker may serve every tenant. */
  exchangeJoinToken(joinToken: string): Promise<{ tenantId: string | null }>
  /** Beside those that it has; the first use of the new one ends them. */
  issueWorkerCredential(workerId: string): Promise<string>
  /** Throws `auth.worker_token_invalid`. */
  verifyCredential(credential: string): Promise<{ workerId: string }>
  issueAccessToken(workerId: string): Promise<{ token: string; expiresAt: string }>
  /** Ends everything that the worker holds, at once. */
  revokeWorker(workerId: string): Promise<void>
  /** A join token for workers that serve every tenant. A new one of the same name ends the older. */
  createInstallationJoinToken(input: { name: string; lifetimeSeconds: number }): Promise<string>
}

export function createWorkerIdentity(ports: IdentityPorts, verifier: CallerVerifier): WorkerIdentity {
  const { database, clock, secrets } = ports
  const refused = (message: string) => new CodedError('auth.worker_token_invalid', message)
  return {
    async exchangeJoinToken(joinToken) {
      if (!isToken('workerJoin', joinToken)) throw refused('This is not a join token for workers.')
      const hash = hashOf(joinToken)
      const now = clock()
      const ofInstallation = await database.auth((tx) => hasInstallationToken(tx, { hash, kind: 'worker_join', now }))
      if (ofInstallation) return { tenantId: null }
      const found = await database.background(async (tx) => {
        const row = await findAccessToken(tx, hash)
        if (row) await touchAccessToken(tx, row.id, now)
        return row
      })
      if (found?.kind !== 'worker_join') throw refused('The join token is unknown or was revoked.')
      if (found.expiresAt && found.expiresAt <= now) throw refused('The join token has expired.')
      return { tenantId: found.tenantId }
    },

    async issueWorkerCredential(workerId) {
      const credential = newToken('workerCredential')
      const stored = { hash: hashOf(credential), workerId, now: clock() }
      await database.auth((tx) => insertWorkerCredential(tx, stored))
      return credential
    },

    async verifyCredential(credential) {
      const known = isToken('workerCredential', credential)
      const workerId = known && (await database.auth((tx) => useWorkerCredential(tx, hashOf(credential))))
      if (!workerId) throw refused('The credential of the worker is unknown or was revoked.')
      return { workerId }
    },

    async issueAccessToken(workerId) {
      const { token, expiresAt } = signWorkerAccess(secrets.workerAccessKey, workerId, clock())
      return { token, expiresAt: expiresAt.toISOString() }
    },

    async revokeWorker(workerId) {
      await database.auth((tx) => deleteCredentialsOf(tx, workerId))
      verifier.forgetWorker(workerId)
    },

    async createInstallationJoinToken({ name, lifetimeSeconds }) {
      const token = newToken('workerJoin')
      const now = clock()
      const stored = { hash: hashOf(token), kind: 'worker_join', name, now } as const
      await database.auth(async (tx) => {
        await deleteInstallationTokens(tx, stored)
        await insertInstallationToken(tx, { ...stored, expiresAt: new Date(now.getTime() + lifetimeSeconds * 1000) })
      })
      return token
    },
  }
}
