/** The tenant that this browser works in. A cookie, because pictures and the hub's socket can't carry a header. */
const cookieName = 'backlot_tenant'

export function currentTenant(): string | undefined {
  return document.cookie
    .split('; ')
    .find((pair) => pair.startsWith(`${cookieName}=`))
    ?.slice(cookieName.length + 1)
}

export function chooseTenant(tenantId: string): void {
  const secure = location.protocol === 'https:' ? '; secure' : ''
  document.cookie = `${cookieName}=${tenantId}; path=/; max-age=31536000; samesite=lax${secure}`
}

export function forgetTenant(): void {
  document.cookie = `${cookieName}=; path=/; max-age=0; samesite=lax`
}
