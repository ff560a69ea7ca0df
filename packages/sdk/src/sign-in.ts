import { sleep } from '@backlot/base/wait'
import { ApiError, type Client, createClient } from '@backlot/contract/client'
import type { DeviceStart, Session } from '@backlot/contract/schemas/identity'
import { normaliseServer, type SavedSession, type SessionFile } from './session-file.ts'

export interface SignInOptions {
  server: string
  sessions: SessionFile
  /** Slug or id; absent: the tenant of the sign-in before, else the first one. */
  tenant?: string
  fetch?: typeof fetch
  now?: () => Date
}

/** Signs in with e-mail and password and keeps the session. Throws `auth.wrong_credentials`, `auth.too_many_attempts`. */
export async function signInWithPassword(
  options: SignInOptions,
  credentials: { email: string; password: string },
): Promise<SavedSession> {
  return keepSession(options, await publicClient(options).signIn({ body: credentials }))
}

export interface DeviceOptions {
  /** What the confirmation page shows: `backlot on workstation-7`. */
  clientName: string
  /** Shows the address and the code, and opens the browser where there is one. */
  show: (start: DeviceStart) => void
  signal?: AbortSignal
}

/** RFC 8628, 3.5: `slow_down` lengthens the interval by this for good. Seconds. */
const slowDownStep = 5
/** While the server is away. Seconds. */
const longestInterval = 60

/**
 * Signs in through a browser anywhere (RFC 8628): asks at the server's interval until the person has decided. A network
 * failure in between is waited out with doubled intervals (the RFC's advice) until the code expires.
 * Throws `auth.device_denied`, `auth.device_expired`.
 */
export async function signInWithDevice(options: SignInOptions, device: DeviceOptions): Promise<SavedSession> {
  const client = publicClient(options)
  const now = options.now ?? (() => new Date())
  const start = await client.startDevice({ body: { clientName: device.clientName } })
  const expires = now().getTime() + start.expiresIn * 1000
  device.show(start)
  let interval = start.interval
  while (now().getTime() < expires) {
    await sleep(interval * 1000, device.signal)
    const answer = await client.pollDevice({ body: { deviceCode: start.deviceCode } }).catch((error: unknown) => error)
    if (!(answer instanceof Error)) return keepSession(options, answer as Session)
    if (!(answer instanceof ApiError)) throw answer
    if (answer.code === 'auth.device_slow_down') interval += slowDownStep
    else if (answer.kind === 'network') interval = Math.min(interval * 2, longestInterval)
    else if (answer.code !== 'auth.device_pending') throw answer
  }
  throw new ApiError('auth.device_expired', 'Nobody confirmed the sign-in in time.')
}

/**
 * Keeps a session that the server gave (also by the first set-up): chooses tenant and project and remembers the newest
 * jobs, all of it in one write. The project chosen before stays chosen as long as it exists.
 */
export async function keepSession(options: SignInOptions, session: Session): Promise<SavedSession> {
  const server = normaliseServer(options.server)
  const before = await options.sessions.read(server)
  const wanted = options.tenant ?? before?.tenant.tenantId
  const tenant =
    session.tenants.find(({ tenantId, slug }) => tenantId === wanted || slug === wanted) ??
    (options.tenant === undefined ? session.tenants[0] : undefined)
  if (tenant === undefined) {
    const slugs = session.tenants.map(({ slug }) => slug)
    throw new ApiError(
      'tenant.not_found',
      slugs.length === 0
        ? `${session.user.email} belongs to no tenant yet: an administrator has to add this person to one.`
        : `${session.user.email} is not in "${wanted}", but in ${slugs.join(', ')}.`,
      { tenants: slugs },
    )
  }
  const client = createClient({
    ...publicOptions(options),
    headers: () => ({ authorization: `Bearer ${session.token}`, 'backlot-tenant': tenant.tenantId }),
  })
  const [projects, jobs] = await Promise.all([client.listProjects({}), client.listJobs({ query: { limit: 50 } })])
  const known = projects.items.map(({ id, name }) => ({ projectId: id, name }))
  const chosen = known.find(({ projectId }) => projectId === before?.projectId) ?? known[0]
  const saved: SavedSession = {
    token: session.token,
    issuedAt: (options.now?.() ?? new Date()).toISOString(),
    expiresAt: session.expiresAt,
    user: session.user,
    tenant,
    projects: known,
    projectId: chosen?.projectId ?? null,
    jobIds: jobs.items.map(({ jobId }) => jobId),
  }
  await options.sessions.write(server, saved)
  return saved
}

function publicOptions(options: SignInOptions) {
  const server = normaliseServer(options.server)
  return options.fetch === undefined ? { server } : { server, fetch: options.fetch }
}

function publicClient(options: SignInOptions): Client {
  return createClient(publicOptions(options))
}
