import { spawn } from 'node:child_process'
import { hostname } from 'node:os'
import { CodedError } from '@backlot/base/errors'
import { signInWithDevice, signInWithPassword } from '@backlot/sdk/sign-in'
import { ask } from '../ask.ts'
import { findServer, sessionsOf } from '../connection.ts'
import type { CliContext } from '../context.ts'
import { readPassword } from '../read-secret.ts'

interface Options {
  device?: boolean
  email?: string
  passwordStdin?: boolean
}

export async function run(context: CliContext, options: Options): Promise<void> {
  const { output } = context
  const where = { server: await findServer(context), sessions: sessionsOf(context) }
  const session = options.device
    ? await signInWithDevice(where, {
        clientName: `backlot on ${hostname()}`.slice(0, 80),
        signal: context.signal,
        show({ verificationUri, verificationUriComplete, userCode, expiresIn }) {
          output.note(
            `Open ${verificationUri} and confirm the code ${output.paint('bold', userCode)} (within ${Math.round(expiresIn / 60)} minutes).`,
          )
          if (output.isInteractive) openBrowser(verificationUriComplete)
        },
      })
    : await signInWithPassword(where, {
        email: options.email ?? (await askEmail()),
        password: await readPassword(options.passwordStdin === true),
      })
  output.answer(
    { server: where.server, user: session.user, tenant: session.tenant },
    `Signed in to ${where.server} as ${session.user.email} (${session.tenant.name}, ${session.tenant.role}).`,
  )
}

function askEmail(): Promise<string> {
  if (process.stdin.isTTY === true) return ask('E-mail: ')
  throw new CodedError('cli.usage', 'Who signs in? Give --email, or use --device.')
}

/** A convenience only: the address was printed, so a machine without a browser loses nothing. */
function openBrowser(url: string): void {
  const [command, ...args] = { darwin: ['open', url], win32: ['rundll32', 'url.dll,FileProtocolHandler', url] }[
    process.platform as string
  ] ?? ['xdg-open', url]
  const child = spawn(command as string, args, { stdio: 'ignore', detached: true })
  child.on('error', () => undefined)
  child.unref()
}
