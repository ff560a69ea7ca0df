import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { backlot, type CommandOptions, type CommandResult, type RunningCommand, startBacklot } from './command.ts'

export interface InstallationOptions {
  /** With a local worker. Default true. */
  worker?: boolean
  /** With an administrator, whom the CLI is signed in as. Default true. */
  admin?: boolean
  env?: Record<string, string>
}

/** A whole Backlot in a temporary folder: `backlot up`, an administrator, and a CLI that is signed in. */
export interface Installation {
  folder: string
  url: string
  admin: { email: string; password: string }
  /** The running `backlot up`; changes with `restart`. */
  up: () => RunningCommand
  /** Runs a command against it, signed in as its administrator. */
  run: (args: readonly string[], options?: CommandOptions) => Promise<CommandResult>
  /** The same, with `--json`; throws unless it ends with one of `codes` (default: 0). */
  json: <T>(args: readonly string[], codes?: readonly number[]) => Promise<T>
  /** Starts it again, after it was stopped or killed, with the same data and address. */
  restart: () => Promise<void>
  /** Stops it and removes the folder. */
  remove: () => Promise<void>
}

export async function createInstallation(options: InstallationOptions = {}): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), 'backlot-e2e-'))
  const data = join(folder, 'data')
  const env = { BACKLOT_DATA: data, BACKLOT_CONFIG: join(folder, 'config'), ...options.env }
  const noWorker = options.worker === false ? ['--no-worker'] : []
  const start = (port: string) => startBacklot(['up', '--port', port, ...noWorker], { env })
  let up = await start('0')
  const url = String(up.first.url)
  const admin = { email: 'admin@example.org', password: 'correct horse battery' }
  const run = (args: readonly string[], more: CommandOptions = {}) =>
    backlot(args, { ...more, env: { ...env, ...more.env } })
  if (options.admin !== false) {
    const made = await run(['setup-admin', '--email', admin.email, '--password-stdin'], {
      input: `${admin.password}\n`,
    })
    if (made.code !== 0) {
      await up.end()
      throw new Error(`setup-admin failed:\n${made.stderr}`)
    }
  }
  return {
    folder,
    url,
    admin,
    up: () => up,
    run,
    async json<T>(args: readonly string[], codes: readonly number[] = [0]) {
      const result = await run([...args, '--json'])
      if (!codes.includes(result.code ?? -1))
        throw new Error(`backlot ${args.join(' ')} ended with ${result.code}:\n${result.stdout}\n${result.stderr}`)
      return JSON.parse(result.stdout) as T
    },
    async restart() {
      up = await start(new URL(url).port)
    },
    async remove() {
      await up.end()
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
