import { sleep } from '@backlot/base/wait'
import { ApiError, type Client, createClient } from '@backlot/contract/client'
import type { Session } from '@backlot/contract/schemas/identity'
import { normaliseServer, type SavedSession, type SessionFile } from './session-file.ts'

export interface SignedInOptions {
  server: string
  sessions: SessionFile
  /** A token older than this is exchanged before the next request. Seconds. */
  refreshAfter?: number
  fetch?: typeof fetch
  now?: () => Date
}

/** Sessions live for days: exchanging one every hour keeps it alive as long as it is used, at no cost that one feels. */
export const defaultRefreshAfter = 3600
/** For so long another process that refreshes may take to write the new token into the file. Milliseconds. */
const patience = [50, 150, 300]

export interface SignedInClient {
  client: Client
  /** A token that is valid now, for the hub's hello. Throws `auth.required` when nobody is signed in. */
  token: () => Promise<string>
  session: () => Promise<SavedSession>
}

/**
 * A client for the person of the session file. It adds token and tenant to every request and refreshes an old token
 * first; many requests at once share one refresh. Only a 401 ends the session, and only while the file still holds the
 * refused token: another process may have exchanged it meanwhile, then the request is sent again with the new one.
 * Nothing else is ever sent beside what was asked for.
 */
export function createSignedInClient(options: SignedInOptions): SignedInClient {
  const { sessions, refreshAfter = defaultRefreshAfter, now = () => new Date() } = options
  const server = normaliseServer(options.server)
  const send = options.fetch ?? fetch
  let refreshing: Promise<SavedSession> | undefined

  async function session(): Promise<SavedSession> {
    const saved = await sessions.read(server)
    if (saved === undefined) throw new ApiError('auth.required', `You are not signed in to ${server}.`, { server })
    const age = now().getTime() - Date.parse(saved.issuedAt)
    if (age < refreshAfter * 1000) return saved
    refreshing ??= refresh(saved).finally(() => (refreshing = undefined))
    return refreshing
  }

  async function refresh(saved: SavedSession): Promise<SavedSession> {
    const bare = createClient({ server, headers: () => headersOf(saved), fetch: send })
    try {
      const renewed = withToken(saved, await bare.refresh({}), now())
      await sessions.replace(server, saved.token, renewed)
      return renewed
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      // The token is still good for the request itself, which then tells what is wrong with the server.
      if (error.kind !== 'auth') return saved
      const other = await tokenOfOtherProcess(saved.token)
      if (other !== undefined) return other
      await sessions.replace(server, saved.token, undefined)
      throw error
    }
  }

  async function tokenOfOtherProcess(refused: string): Promise<SavedSession | undefined> {
    for (const wait of [0, ...patience]) {
      await sleep(wait)
      const saved = await sessions.read(server)
      if (saved === undefined) return undefined
      if (saved.token !== refused) return saved
    }
    return undefined
  }

  const watchfulFetch: typeof fetch = async (input, init) => {
    const response = await send(input, init)
    if (response.status !== 401) return response
    const refused = new Headers(init?.headers).get('authorization')?.replace(/^Bearer /, '') ?? ''
    const other = await tokenOfOtherProcess(refused)
    if (other === undefined) {
      await sessions.replace(server, refused, undefined)
      return response
    }
    // A stream was read and can't be sent twice; its caller begins anew with the other token.
    if (init?.body instanceof ReadableStream) return response
    await response.body?.cancel()
    return send(input, { ...init, headers: { ...(init?.headers as Record<string, string>), ...headersOf(other) } })
  }

  return {
    client: createClient({ server, headers: async () => headersOf(await session()), fetch: watchfulFetch }),
    token: async () => (await session()).token,
    session,
  }
}

/** A client for a script with a personal access token: such a token is bound to its tenant and is never exchanged. */
export function createTokenClient(options: { server: string; token: string; fetch?: typeof fetch }): Client {
  return createClient({
    server: normaliseServer(options.server),
    headers: () => ({ authorization: `Bearer ${options.token}` }),
    ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
  })
}

function headersOf(session: SavedSession): Record<string, string> {
  return { authorization: `Bearer ${session.token}`, 'backlot-tenant': session.tenant.tenantId }
}

function withToken(saved: SavedSession, { token, expiresAt, user }: Session, now: Date): SavedSession {
  return { ...saved, token, expiresAt, user, issuedAt: now.toISOString() }
}
