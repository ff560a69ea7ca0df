import { CodedError } from '@backlot/base/errors'
import { uniqueViolation } from '@backlot/db/errors'
import type { Tx } from '@backlot/db/tx'
import { insertProject } from './queries/projects.ts'
import { insertTenant, type TenantRow } from './queries/tenants.ts'

/** Every tenant has a project from the start, so that nobody must choose before the first job. */
const defaultProject = { shortId: 'default', name: 'Default' }

/** Makes a tenant with its default project. Throws `tenant.slug_taken`. */
export async function foundTenant(tx: Tx, input: { slug: string; name: string; now: Date }): Promise<TenantRow> {
  try {
    const tenant = await insertTenant(tx, input)
    await insertProject(tx, { tenantId: tenant.id, ...defaultProject, now: input.now })
    return tenant
  } catch (error) {
    if (uniqueViolation(error) !== 'tenants_slug_unique') throw error
    throw new CodedError('tenant.slug_taken', `A tenant with the short name ${input.slug} exists.`, { cause: error })
  }
}
