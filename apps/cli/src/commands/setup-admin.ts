import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CodedError } from '@backlot/base/errors'
import { createClient } from '@backlot/contract/client'
import { keepSession } from '@backlot/sdk/sign-in'
import { localServer, sessionsOf } from '../connection.ts'
import type { CliContext } from '../context.ts'
import { readPassword } from '../read-secret.ts'

interface Options {
  email: string
  name?: string
  passwordStdin?: boolean
  tenant: string
}

/** The first administrator, made on the server's machine: who may read the data folder may do this. */
export async function run(context: CliContext, options: Options): Promise<void> {
  const server = context.server ?? (await localServer(context.dataFolder))
  if (server === undefined) throw new CodedError('cli.not_running', `No server runs in ${context.dataFolder}.`)
  const token = await readFile(join(context.dataFolder, 'setup-token'), 'utf8').catch(() => undefined)
  if (token === undefined) throw new CodedError('auth.setup_closed', 'This installation already has an administrator.')
  const password = await readPassword(options.passwordStdin === true)
  const client = createClient({ server })
  const session = await client.setup({
    body: {
      token: token.trim(),
      email: options.email,
      name: options.name ?? options.email.split('@')[0] ?? options.email,
      password,
      tenant: { name: options.tenant, slug: slugOf(options.tenant) },
    },
  })
  await keepSession({ server, sessions: sessionsOf(context) }, session)
  context.output.answer(
    { server, user: session.user, tenants: session.tenants },
    `${options.email} is the administrator of ${server} and signed in.`,
  )
}

function slugOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replaceAll(/^-+|-+$/g, '')
  return slug === '' ? 'studio' : slug
}
