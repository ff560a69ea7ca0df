import type { CliContext } from '../context.ts'
import type { ExitCode } from '../exit-codes.ts'
import { runBeside } from './run-beside.ts'

interface Options {
  seeds?: number
  from?: number
  seed?: number
  only?: string
  fault?: string
  report?: string
  listFaults?: boolean
}

/** The simulator is a program of its own beside the product: this starts it. */
export function run(context: CliContext, options: Options): Promise<ExitCode> {
  const { seeds, from, seed, only, fault, report, listFaults } = options
  const named = { seeds, from, seed, only, fault, report }
  const args = Object.entries(named).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, String(value)],
  )
  return runBeside(context, 'tests/src/simulator/main.ts', [
    ...args,
    ...(listFaults ? ['--list-faults'] : []),
    ...(context.output.json ? ['--json'] : []),
  ])
}
