import type { Handlers } from '@backlot/contract/handler'
import type { tenancyRoutes } from '@backlot/contract/routes/tenancy'
import { createDirectory, type Directory } from './directory.ts'
import type { TenancyPorts } from './ports.ts'
import { findDefaultProject, findProject, type ProjectRow } from './queries/projects.ts'
import { tenancyHandlers } from './routes.ts'

export type { TenancyPorts } from './ports.ts'
export type { ProjectRow } from './queries/projects.ts'

export interface Tenancy {
  handlers: Handlers<typeof tenancyRoutes>
  /** What identity asks. */
  directory: Directory
  /** The project with this id, or without one the tenant's default. Undefined: the tenant has no such project. */
  findProject(tenantId: string, projectId: string | undefined): Promise<ProjectRow | undefined>
}

export function createTenancy(ports: TenancyPorts): Tenancy {
  return {
    handlers: tenancyHandlers(ports),
    directory: createDirectory(ports),
    findProject: (tenantId, projectId) =>
      ports.database.inTenant(tenantId, (tx) =>
        projectId === undefined ? findDefaultProject(tx) : findProject(tx, projectId),
      ),
  }
}
