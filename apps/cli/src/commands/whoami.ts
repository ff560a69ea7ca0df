import { connect } from '../connection.ts'
import type { CliContext } from '../context.ts'

export async function run(context: CliContext): Promise<void> {
  const { server, client } = await connect(context)
  const [me, projects] = await Promise.all([client.whoami({}), client.listProjects({})])
  const lines = [
    `${me.user.name} <${me.user.email}> at ${server}`,
    `Tenant: ${me.tenant.name} (${me.tenant.role})`,
    ...(me.tenants.length > 1
      ? [
          `Also in: ${me.tenants
            .filter(({ tenantId }) => tenantId !== me.tenant.tenantId)
            .map(({ name }) => name)
            .join(', ')}`,
        ]
      : []),
    `Projects: ${projects.items.map(({ name }) => name).join(', ') || 'none'}`,
  ]
  context.output.answer({ server, ...me, projects: projects.items }, lines.join('\n'))
}
