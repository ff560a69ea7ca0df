import { CodedError } from '@backlot/base/errors'
import type { Incoming, Proxies } from './proxies.ts'

/** Whether a page of ours sent this, or no page at all. */
export type IsOwnOrigin = (request: Incoming) => boolean

/**
 * Browsers name the page's origin on everything that changes something, and on every WebSocket. Programs that are no
 * browser send no origin. `publicUrl`: what people type when a proxy stands before the server, whatever it makes of the
 * host.
 */
export function ownOrigin(publicUrl: string | undefined, { hostOf }: Pick<Proxies, 'hostOf'>): IsOwnOrigin {
  const own = publicUrl === undefined ? undefined : new URL(publicUrl).origin
  return (request) => {
    const { origin } = request.headers
    if (origin === undefined || origin === own) return true
    return URL.canParse(origin) && new URL(origin).host === hostOf(request)
  }
}

/** Refuses a request that another site made a browser send with the cookie of a session. */
export function refuseForeignOrigin(method: string, request: Incoming, isOwn: IsOwnOrigin): void {
  if (method === 'GET' || method === 'HEAD' || request.headers.authorization !== undefined || isOwn(request)) return
  throw new CodedError('auth.forbidden', `A page of ${request.headers.origin} can't do this.`, {
    details: { hint: 'Where this is the address of Backlot itself, behind a proxy, set BACKLOT_PUBLIC_URL to it.' },
  })
}
