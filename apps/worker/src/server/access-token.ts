import { createClient } from '@backlot/contract/client'

export interface AccessTokenOptions {
  server: string
  credential: () => string
  fetch?: typeof fetch
  now?: () => number
}
/** A token this close to its end is exchanged first. Milliseconds; they live 15 minutes. */
const margin = 60_000

export interface AccessTokens {
  current: () => Promise<string>
  /** The server refused this one: the clocks differ, or its key changed. */
  discard: (token: string) => void
}

/** Keeps one short access token; many callers at once share one exchange. Throws `auth.worker_token_invalid`. */
export function keepAccessToken(options: AccessTokenOptions): AccessTokens {
  const { server, credential, now = Date.now } = options
  const client = createClient(options.fetch === undefined ? { server } : { server, fetch: options.fetch })
  let held: { token: string; until: number } | undefined
  let asking: Promise<string> | undefined

  async function ask(): Promise<string> {
    const { token, expiresAt } = await client.workerToken({ body: { credential: credential() } })
    held = { token, until: Date.parse(expiresAt) }
    return token
  }
  return {
    async current() {
      if (held !== undefined && now() < held.until - margin) return held.token
      asking ??= ask().finally(() => (asking = undefined))
      return asking
    },
    discard(token) {
      if (held?.token === token) held = undefined
    },
  }
}
