import type { Route } from '../route.ts'
import { farmRoutes } from './farm.ts'
import { identityRoutes } from './identity.ts'
import { jobRoutes } from './jobs.ts'
import { storageRoutes } from './storage.ts'
import { systemRoutes } from './system.ts'
import { tenancyRoutes } from './tenancy.ts'

/** Every route of the API by its operation id. */
export const routes = {
  ...systemRoutes,
  ...identityRoutes,
  ...tenancyRoutes,
  ...storageRoutes,
  ...jobRoutes,
  ...farmRoutes,
}
export type RouteId = keyof typeof routes
export const routeList = Object.entries(routes) as [RouteId, Route][]
