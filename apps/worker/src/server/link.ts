import { type Client, createClient } from '@backlot/contract/client'
import type { Lease, WorkerHello } from '@backlot/contract/schemas/farm'
import { keepAccessToken } from './access-token.ts'
import { type CredentialOptions, enrol, isRefused, readCredential, renew } from './credential.ts'
import { type PatienceOptions, persist } from './patience.ts'

/** The worker's connection to its server: who it is, and clients that carry its token. */
export interface Link {
  workerId: string
  client: Client
  /** A client whose requests are those of this attempt: it reads and writes files in the attempt's tenant. */
  clientFor: (lease: Pick<Lease, 'attemptId' | 'fence'>) => Client
  token: () => Promise<string>
  /** Exchanges a credential that is old for a new one. */
  renewCredential: () => Promise<void>
}

/**
 * Comes online: with the kept credential, else by the join token; a server that is not there yet is waited for.
 * What this worker still held when it was killed is given back, then it says what it can do.
 * Throws `auth.worker_token_invalid`, `worker.version_too_old`.
 */
export async function openLink(
  options: CredentialOptions,
  hello: WorkerHello,
  patience: PatienceOptions,
): Promise<Link> {
  let credential = (await readCredential(options)) ?? (await persist(() => enrol(options), patience))
  const send = options.fetch ?? fetch
  const tokens = keepAccessToken({ server: options.server, credential: () => credential.credential, fetch: send })

  const watchfulFetch: typeof fetch = async (input, init) => {
    const response = await send(input, init)
    if (response.status !== 401) return response
    const refused = new Headers(init?.headers).get('authorization')?.replace(/^Bearer /, '') ?? ''
    tokens.discard(refused)
    if (init?.body instanceof ReadableStream) return response // it was read and can't be sent twice
    await response.body?.cancel()
    const headers = { ...(init?.headers as Record<string, string>), authorization: `Bearer ${await tokens.current()}` }
    return send(input, { ...init, headers })
  }
  const clientWith = (more: Record<string, string>) =>
    createClient({
      server: options.server,
      headers: async () => ({ authorization: `Bearer ${await tokens.current()}`, ...more }),
      fetch: watchfulFetch,
    })
  const client = clientWith({})

  try {
    await persist(() => tokens.current(), patience)
  } catch (error) {
    // The credential was revoked or the server's database is new; a join token opens the door again.
    if (!isRefused(error) || options.joinToken === undefined) throw error
    credential = await persist(() => enrol(options), patience)
  }
  await persist(() => client.goOffline({}), patience)
  await persist(() => client.workerHello({ body: hello }), patience)
  return {
    workerId: credential.workerId,
    client,
    clientFor: ({ attemptId, fence }) => clientWith({ 'backlot-attempt': `${attemptId}.${fence}` }),
    token: tokens.current,
    async renewCredential() {
      credential = await renew(options, client, credential)
    },
  }
}
