import type { Handlers } from '@backlot/contract/handler'
import { isAllowed } from '@backlot/contract/roles'
import type { systemRoutes } from '@backlot/contract/routes/system'
import version from '../package.json' with { type: 'json' }
import type { Operations } from './http/operations.ts'

export function systemHandlers(ports: {
  readiness: Operations['readiness']
  setupNeeded: () => Promise<boolean>
}): Handlers<typeof systemRoutes> {
  return {
    info: async () => ({
      name: 'backlot',
      version: version.version,
      time: new Date().toISOString(),
      setupNeeded: await ports.setupNeeded(),
    }),
    // It may be asked before anybody can sign in; what runs in the installation is for who administrates it.
    readiness: async (_input, { caller }) => {
      const { ready, checks } = await ports.readiness()
      const isAdmin = caller.kind === 'person' && isAllowed(caller.role, 'tenants.manage')
      const told = checks.map(({ name, ok, detail }) => ({
        name,
        ok,
        detail: isAdmin ? detail : ok ? 'works' : 'fails',
      }))
      return { ready, checks: told }
    },
  }
}
