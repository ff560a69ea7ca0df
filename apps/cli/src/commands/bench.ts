import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { checkout } from '../stack/paths.ts'
import type { CliContext } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'

/** Benchmarks are a program of their own beside the product: this starts it. */
export async function run(context: CliContext, { quick }: { quick?: boolean }, names: string[]): Promise<ExitCode> {
  const args = [
    join(checkout, 'bench/main.ts'),
    ...names,
    ...(quick ? ['--quick'] : []),
    ...(context.output.json ? ['--json'] : []),
  ]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'], cwd: checkout })
  context.signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  })
  return code === 0 ? exitCodes.done : exitCodes.failed
}
