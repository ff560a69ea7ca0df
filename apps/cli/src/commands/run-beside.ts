import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { checkout } from '../stack/paths.ts'
import type { CliContext } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'

/** Runs a program of the checkout that is no part of the product, and ends as it does. */
export async function runBeside(context: CliContext, program: string, args: readonly string[]): Promise<ExitCode> {
  const child = spawn(process.execPath, [join(checkout, program), ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
    cwd: checkout,
  })
  context.signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  })
  return code === 0 ? exitCodes.done : exitCodes.failed
}
