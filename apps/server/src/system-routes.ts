import type { Handlers } from '@backlot/contract/handler'
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
    readiness: ports.readiness,
  }
}
