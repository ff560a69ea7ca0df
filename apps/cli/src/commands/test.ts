import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { CodedError } from '@backlot/base/errors'
import type { CliContext } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'

const runner = fileURLToPath(new URL('../../../../tools/test-setup/run.ts', import.meta.url))

/** `test [SUITE…] [-- FILE…]`. The runner is a tool of the checkout and a process of its own; apps don't import tools. */
export async function run(context: CliContext, _options: unknown, args: string[]): Promise<ExitCode> {
  if (!existsSync(runner)) throw new CodedError('cli.usage', 'Tests run from a checkout: ./backlot test')
  const child = spawn(process.execPath, [runner, ...(context.output.json ? ['--json'] : []), ...args], {
    stdio: 'inherit',
  })
  context.signal.addEventListener('abort', () => child.kill('SIGTERM'))
  const [code] = (await once(child, 'close')) as [number | null]
  return (code ?? exitCodes.failed) as ExitCode
}
