import type { CliContext } from '../context.ts'
import type { ExitCode } from '../exit-codes.ts'
import { runBeside } from './run-beside.ts'

/** Benchmarks are a program of their own beside the product: this starts it. */
export function run(context: CliContext, { quick }: { quick?: boolean }, names: string[]): Promise<ExitCode> {
  return runBeside(context, 'bench/main.ts', [
    ...names,
    ...(quick ? ['--quick'] : []),
    ...(context.output.json ? ['--json'] : []),
  ])
}
