import { once } from 'node:events'
import { percentile } from './benchmark.ts'
import { calls, type Load } from './lease-cycles.ts'

/** What the load generator is told. Plain JSON. */
export interface LoadPlan {
  server: string
  joinToken: string
  workers: number
  /** A file that is in storage: every frame's. */
  sha256: string
  phases: Phase[]
}

/** As fast as it goes; or, with `share`, at that part of the fastest phase before, and no faster than `atMost`. */
export type Phase = { name: string; seconds: number; leaseApart?: boolean } & (
  | { share?: undefined }
  | { share: number; atMost: number }
)

export interface PhaseResult {
  name: string
  cycles: number
  cyclesPerSecond: number
  /** Of all calls. Milliseconds. */
  p50: number
  p99: number
  /** By call. */
  p99Of: Record<string, number>
  /** Cycles a second that were asked for; null: as many as possible. */
  rate: number | null
}

export function summarise(name: string, { seconds, cycles, latencies }: Load, rate: number | undefined): PhaseResult {
  const all = calls.flatMap((call) => latencies[call])
  return {
    name,
    cycles,
    cyclesPerSecond: cycles / seconds,
    p50: percentile(all, 0.5),
    p99: percentile(all, 0.99),
    p99Of: Object.fromEntries(
      calls
        .filter((call) => latencies[call].length > 0)
        .map((call) => [call, Math.round(percentile(latencies[call], 0.99))]),
    ),
    rate: rate ?? null,
  }
}

/** Tells the parent process where a load is, and waits for its nod: it counts CPU time before anything goes on. */
export async function say(line: { begins: string } | { ended: PhaseResult }): Promise<void> {
  process.stdout.write(`${JSON.stringify(line)}\n`)
  await once(process.stdin, 'data')
}
