import { CodedError } from '@backlot/base/errors'
import type { Handlers, Person, RequestContext } from '@backlot/contract/handler'
import type { identityRoutes } from '@backlot/contract/routes/identity'
import type { Session } from '@backlot/contract/schemas/identity'
import type { DeviceSignIn } from './device-sign-in.ts'
import type { Membership } from './membership.ts'
import type { IdentityPorts } from './ports.ts'
import { readSessionCookie, writeSessionCookie } from './session-cookie.ts'
import { absoluteLimit, type Sessions } from './sessions.ts'
import type { Setup } from './setup.ts'
import type { SignIn } from './sign-in.ts'
import type { Tokens } from './tokens.ts'
import { bearerOf, type CallerVerifier } from './verify-caller.ts'

export interface IdentityServices {
  sessions: Sessions
  signIn: SignIn
  setup: Setup
  device: DeviceSignIn
  tokens: Tokens
  verifier: CallerVerifier
}

export function identityHandlers(ports: IdentityPorts, services: IdentityServices): Handlers<typeof identityRoutes> {
  const { sessions, signIn, setup, device, tokens, verifier } = services
  const isSecure = () => ports.publicUrl().startsWith('https:')
  /** Browsers get the session as a cookie, everybody else takes it from the answer. */
  const withCookie = (session: Session, context: RequestContext) => {
    context.setHeader('set-cookie', writeSessionCookie(session.token, absoluteLimit / 1000, isSecure()))
    return session
  }

  return {
    setup: async ({ body }, context) => withCookie(await setup.run(body, context), context),
    signIn: async ({ body }, context) => withCookie(await signIn(body, context), context),

    signOut: async (_, context) => {
      requireSession(context.caller)
      await sessions.end(context.caller.tokenId)
      verifier.forgetToken(context.caller.tokenId)
      context.setHeader('set-cookie', writeSessionCookie('', 0, isSecure()))
    },

    refresh: async (_, context) => {
      requireSession(context.caller)
      const token = bearerOf(context.headers) ?? readSessionCookie(context.headers.cookie) ?? ''
      const session = await sessions.refresh(token)
      verifier.forgetToken(context.caller.tokenId)
      return withCookie(session, context)
    },

    whoami: async (_, { caller, headers }) => {
      const tenants = await verifier.membershipsOf(headers)
      const own = tenants.find(({ tenantId }) => tenantId === caller.tenantId)
      const tenant = own ?? (await foreignTenant(ports, caller))
      const user = { id: caller.userId, email: caller.email, name: caller.name }
      return { user, via: caller.via, tenant, tenants }
    },

    startDevice: ({ body }) => device.start(body.clientName),
    pollDevice: async ({ body }, context) => withCookie(await device.poll(body.deviceCode, context), context),
    showDevice: ({ params }) => device.show(params.userCode),
    decideDevice: async ({ params, body }, { caller }) => {
      requireSession(caller) // a token for scripts must not become a session
      await device.decide(params.userCode, caller.userId, body.approve)
    },

    listTokens: async ({ query }, { caller }) => ({ items: await tokens.list(caller, query.kind) }),
    createToken: ({ body }, { caller }) => tokens.create(caller, body),
    revokeToken: ({ params }, { caller }) => tokens.revoke(caller, params.tokenId),
  }
}

/** The tenant that a global administrator looks at without being a member. */
async function foreignTenant(ports: IdentityPorts, { tenantId, role }: Person): Promise<Membership> {
  const found = await ports.tenants().findTenant(tenantId)
  if (found === undefined) throw new CodedError('tenant.not_found', 'The tenant is gone.')
  return { ...found, role }
}

function requireSession(caller: Person): void {
  if (caller.via === 'session') return
  throw new CodedError('auth.forbidden', 'This needs a sign-in: a personal access token is not a session.')
}
