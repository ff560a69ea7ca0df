import type { TestCluster } from '@backlot/db/testing/test-cluster'
import { createClusterDatabase, type TestDatabase } from '@backlot/db/testing/cluster-database'
import { Coverage } from './coverage.ts'
import type { DeliberateFault } from './deliberate-faults.ts'
import { minimise } from './minimise.ts'
import { type Action, planSchedule } from './schedule.ts'
import { Simulation, Violation } from './simulation.ts'
import { observe } from './snapshot.ts'

export interface Finding {
  seed: number
  problems: readonly string[]
  /** Numbers of the actions that are enough for it. */
  only: number[]
  trace: string[]
}

export interface RunOptions {
  cluster: TestCluster
  seeds: readonly number[]
  deliberate?: DeliberateFault | undefined
  /** Schedules at the same time, each in a database of its own. */
  lanes?: number
  /** Ends when this many were found. */
  most?: number
  /** Only these actions of the schedules. */
  only?: readonly number[] | undefined
  minimises?: boolean
  signal?: AbortSignal
  onSeed?: (done: number) => void
}

export interface RunResult {
  schedules: number
  steps: number
  seconds: number
  findings: Finding[]
  coverage: ReturnType<Coverage['report']>
}

/** Runs the schedules of these seeds. */
export async function simulate(options: RunOptions): Promise<RunResult> {
  const { cluster, seeds, deliberate, lanes = 2, most = 1, only, minimises = true, signal, onSeed } = options
  const began = performance.now()
  const coverage = new Coverage()
  const findings: Finding[] = []
  const waiting = [...seeds].toReversed()
  let schedules = 0
  let steps = 0
  const work = async () => {
    const db = await createClusterDatabase(cluster)
    try {
      await db.admin(observe)
      for (let seed = waiting.pop(); seed !== undefined; seed = waiting.pop()) {
        if (findings.length >= most || signal?.aborted === true) return
        const actions = planSchedule(seed).filter(({ index }) => only?.includes(index) ?? true)
        const found = await runSchedule(actions, { db, coverage, deliberate })
        schedules++
        steps += found.steps
        if (found.problems !== undefined) {
          findings.push(await describe({ seed, actions, problems: found.problems, minimises }, { db, deliberate }))
        }
        onSeed?.(schedules)
      }
    } finally {
      await db.close()
    }
  }
  await Promise.all(Array.from({ length: Math.min(lanes, seeds.length) }, work))
  findings.sort((a, b) => a.seed - b.seed)
  return { schedules, steps, seconds: (performance.now() - began) / 1000, findings, coverage: coverage.report() }
}

interface Place {
  db: TestDatabase
  coverage?: Coverage
  deliberate?: DeliberateFault | undefined
}

/** One schedule, from an empty farm to the end of all of its jobs. */
export async function runSchedule(
  actions: readonly Action[],
  { db, coverage = new Coverage(), deliberate }: Place,
): Promise<{ problems: readonly string[] | undefined; trace: string[]; steps: number }> {
  const trace: string[] = []
  try {
    const simulation = await Simulation.open({ db, coverage, deliberate, trace: (line) => trace.push(line) })
    for (const action of actions) await simulation.perform(action)
    await simulation.recover()
    return { problems: undefined, trace, steps: trace.length }
  } catch (error) {
    if (!(error instanceof Violation)) throw error
    const misfit = deliberate?.misfit()
    if (misfit !== undefined) throw misfit
    return { problems: error.problems, trace, steps: trace.length }
  }
}

async function describe(
  found: { seed: number; actions: readonly Action[]; problems: readonly string[]; minimises: boolean },
  place: Place,
): Promise<Finding> {
  const { seed, minimises } = found
  let { actions, problems } = found
  const failsWith = async (some: readonly Action[]) => (await runSchedule(some, place)).problems !== undefined
  if (minimises) actions = await minimise(actions, failsWith)
  const last = await runSchedule(actions, place)
  problems = last.problems ?? problems
  return { seed, problems, only: actions.map(({ index }) => index), trace: last.trace }
}
