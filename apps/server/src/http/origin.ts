import { CodedError } from '@backlot/base/errors'

type Headers = Readonly<Record<string, string | undefined>>

/**
 * Refuses a request that another site made a browser send: browsers name the page's origin on everything that changes
 * something, and on every WebSocket. Programs that are no browser send no origin and carry a token instead of a cookie.
 */
export function refuseForeignOrigin(method: string, headers: Headers): void {
  if (method === 'GET' || method === 'HEAD' || headers.authorization !== undefined) return
  if (!isOwnOrigin(headers)) throw new CodedError('auth.forbidden', `A page of ${headers.origin} can't do this.`)
}

export function isOwnOrigin(headers: Headers): boolean {
  const { origin } = headers
  if (origin === undefined) return true
  const host = headers['x-forwarded-host'] ?? headers.host
  return URL.canParse(origin) && new URL(origin).host === host
}
