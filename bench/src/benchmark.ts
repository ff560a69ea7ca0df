import type { Projects } from './projects.ts'

/** One line of the result. `ratio` > 1 is better than the peer, or than the limit where there is no peer. */
export interface BenchmarkResult {
  name: string
  /** What was measured, in words. */
  metric: string
  value: number
  unit: string
  /** What it was measured against in the same run, with its version; null: a fixed limit. */
  peer: string | null
  /** Null with a peer: it could not be run here, and `peer` says why. */
  peerValue: number | null
  ratio: number | null
  /** The target in words: `≥ 10×`, `≤ 50 ms`. */
  target: string
  met: boolean
}

export interface BenchmarkOptions {
  /** What several benchmarks work on. */
  projects: Projects
  /** A fraction of the size, for a first look: not for quoting. */
  quick: boolean
  /** Lines about the progress, for people. */
  note: (line: string) => void
  signal: AbortSignal
}

export interface Benchmark {
  name: string
  summary: string
  run: (options: BenchmarkOptions) => Promise<BenchmarkResult[]>
}

type Measured = Pick<BenchmarkResult, 'name' | 'metric' | 'value' | 'unit'>

/** A value that should be small, against a fixed limit. */
export function atMost(measured: Measured, limit: number): BenchmarkResult {
  const { value, unit } = measured
  return {
    ...measured,
    peer: null,
    peerValue: null,
    ratio: value === 0 ? null : limit / value,
    target: `≤ ${limit} ${unit}`,
    met: value <= limit,
  }
}

/** Who else did the same work, and what it took, or why it could not. */
export interface Peer {
  name: string
  value: number | null
}

/** A cost (time, memory) against a peer's. `times`: so often smaller it should be; below 1, so much larger it may be. */
export function cheaperThan(measured: Measured, peer: Peer, times: number): BenchmarkResult {
  const ratio = peer.value === null ? null : peer.value / measured.value
  return {
    ...measured,
    peer: peer.name,
    peerValue: peer.value,
    ratio,
    target: times >= 1 ? `≥ ${times}×` : `≤ ${Number((1 / times).toFixed(2))} of its`,
    met: ratio !== null && ratio >= times,
  }
}

/** A rate (files, bytes a second) against a peer's, at least `times` of it. */
export function fasterThan(measured: Measured, peer: Peer, times: number): BenchmarkResult {
  const ratio = peer.value === null ? null : measured.value / peer.value
  const met = ratio !== null && ratio >= times
  return { ...measured, peer: peer.name, peerValue: peer.value, ratio, target: `≥ ${times}×`, met }
}

/** A cost that is told and has no target; with whatever else took it. */
export function told(measured: Measured, peer?: Peer): BenchmarkResult {
  const ratio = peer?.value == null ? null : peer.value / measured.value
  return { ...measured, peer: peer?.name ?? null, peerValue: peer?.value ?? null, ratio, target: '–', met: true }
}

/** The middle one; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** The smallest value that at least `share` (0 to 1) of all values do not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}
