export const sessionCookie = 'backlot_session'

/** Value of `Set-Cookie`. `token` empty removes the cookie. `maxAge` in seconds. */
export function writeSessionCookie(token: string, maxAge: number, secure: boolean): string {
  // Lax: a link from a mail must arrive signed in; requests that change something are POST and get no cookie from
  // foreign pages.
  return `${sessionCookie}=${token}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
}

export function readSessionCookie(header: string | undefined): string | undefined {
  return readCookie(header, sessionCookie)
}

/** The tenant that the page works in, for what a browser sends without headers of the page's own: pictures, the hub. */
export function readTenantCookie(header: string | undefined): string | undefined {
  return readCookie(header, 'backlot_tenant')
}

function readCookie(header: string | undefined, wanted: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const [name, value] = pair.trim().split('=', 2)
    if (name === wanted && value) return value
  }
  return undefined
}
