import type { CliContext } from '../context.ts'
import type { ExitCode } from '../exit-codes.ts'
import { runBeside } from './run-beside.ts'

interface Options {
  minutes?: number
  seed?: number
}

/** Real chaos is a program of its own beside the product: this starts it. */
export function run(context: CliContext, { minutes, seed }: Options): Promise<ExitCode> {
  const args = Object.entries({ minutes, seed }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, String(value)],
  )
  return runBeside(context, 'tests/src/chaos/main.ts', [...args, ...(context.output.json ? ['--json'] : [])])
}
