import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type Client, createClient } from '@backlot/contract/client'
import { createInstallation, type Installation } from '@backlot/tests/installation'
import { uploadBytes } from '@backlot/transfer/upload'
import { atMost, type Benchmark, type BenchmarkOptions, type BenchmarkResult } from './benchmark.ts'
import { cpuSeconds } from './cpu-time.ts'
import { workerTags } from './lease-cycles.ts'
import type { LoadPlan, Phase, PhaseResult } from './lease-plan.ts'

/** Cycles a second that the farm should bear, and how long a call may take then. Milliseconds. */
const target = { rate: 2000, p99: 100 }

export const leases: Benchmark = {
  name: 'leases',
  summary: 'lease, renew, deliver and finish over HTTP with hundreds of workers, against the same without HTTP',
  run,
}

async function run(options: BenchmarkOptions): Promise<BenchmarkResult[]> {
  const counts = options.quick ? [200] : [200, 1000]
  const seconds = options.quick ? 4 : 15
  const installation = await createInstallation({ worker: false })
  try {
    const client = await signIn(installation)
    const sha256 = await fillQueue(client)
    const { secret } = await client.createToken({ body: { kind: 'worker_join', name: 'simulated' } })
    const dataFolder = join(installation.folder, 'data')
    const plan = { server: installation.url, joinToken: secret, sha256 }
    const overHttp: Measured[][] = []
    for (const workers of counts) {
      const phases: Phase[] = [
        { name: 'warm-up', seconds: seconds / 3 },
        { name: 'as fast as it goes', seconds },
        { name: 'steady', seconds, share: 0.8, atMost: target.rate },
        { name: 'leases apart', seconds: seconds / 2, leaseApart: true },
      ]
      overHttp.push(await load('lease-load.ts', { ...plan, workers, phases }, installation.up().pid, options))
    }
    await installation.up().end()
    const direct: Measured[][] = []
    for (const workers of counts) {
      const phases = [
        { name: 'warm-up', seconds: seconds / 3 },
        { name: 'without HTTP', seconds },
      ]
      direct.push(await load('lease-limit.ts', { ...plan, server: dataFolder, workers, phases }, undefined, options))
    }
    const version = (await readFile(join(dataFolder, 'postgres/PG_VERSION'), 'utf8')).trim()
    return counts.flatMap((workers, index) =>
      resultsOf(workers, overHttp[index] as Measured[], direct[index] as Measured[], version),
    )
  } finally {
    await installation.remove()
  }
}

type Measured = PhaseResult & {
  /** Milliseconds a cycle. */
  cpu: Record<string, number>
}

function resultsOf(workers: number, http: Measured[], direct: Measured[], postgres: string): BenchmarkResult[] {
  const [, fast, steady, apart] = http as [Measured, Measured, Measured, Measured]
  const limit = (direct[1] as Measured).cyclesPerSecond
  const cpuOf = ({ cpu }: Measured) => {
    const parts = Object.entries(cpu).map(([name, ms]) => `${name} ${ms.toFixed(2)} ms`)
    return `CPU a cycle: ${parts.join(', ')}`
  }
  const rate = steady.rate as number
  const delay = atMost(
    {
      name: 'leases',
      metric: `${workers} workers at ${Math.round(rate)} cycles/s: p99 of a call (p50 ${steady.p50.toFixed(1)} ms)`,
      value: steady.p99,
      unit: 'ms',
    },
    target.p99,
  )
  return [
    {
      name: 'leases',
      metric: `${workers} workers, renew + finish with frame and next lease; ${cpuOf(fast)}`,
      value: fast.cyclesPerSecond,
      unit: 'cycles/s',
      peer: `the same handlers without HTTP, PostgreSQL ${postgres}`,
      peerValue: limit,
      ratio: fast.cyclesPerSecond / limit,
      target: `≥ ${target.rate}`,
      met: fast.cyclesPerSecond >= target.rate,
    },
    {
      name: 'leases',
      metric: `${workers} workers, lease + renew + finish with frame; ${cpuOf(apart)}`,
      value: apart.cyclesPerSecond,
      unit: 'cycles/s',
      peer: null,
      peerValue: null,
      ratio: apart.cyclesPerSecond / target.rate,
      target: `≥ ${target.rate}`,
      met: apart.cyclesPerSecond >= target.rate,
    },
    { ...delay, target: `≤ ${target.p99} ms at ${target.rate}/s`, met: delay.met && rate >= target.rate },
  ]
}

async function signIn({ url, admin }: Installation): Promise<Client> {
  const { token } = await createClient({ server: url }).signIn({ body: admin })
  return createClient({ server: url, headers: () => ({ authorization: `Bearer ${token}` }) })
}

const plenty = 1_000_000

/** Jobs for workers with different tags, at different priorities, with more frames than a run can take. */
async function fillQueue(client: Client): Promise<string> {
  const { sha256, size } = await uploadBytes(client, new TextEncoder().encode('stands for a scene, and for its frames'))
  const { treeId } = await client.createTree({ body: { entries: [{ path: 'scene.blend', sha256, size }] } })
  // Limits that never bind, and have to be counted all the same.
  await client.setLimit({ body: { kind: 'pool', name: 'bench', most: plenty, least: 0 } })
  for (let job = 0; job < 3 * workerTags.length; job++) {
    await client.submitJob({
      body: {
        version: 1,
        submissionId: crypto.randomUUID(),
        name: `job-${job}`,
        treeId,
        frames: '1-100000',
        chunk: 1,
        priority: 40 + (job % 3),
        pool: 'bench',
        maxRunning: plenty,
        tags: [workerTags[job % workerTags.length] as string],
        fileVersion: 405,
        render: { blendPath: 'scene.blend' },
        contactSheet: false,
      },
    })
  }
  return sha256
}

/** Runs a load in a process of its own, and counts what its phases cost. `up`: the running installation. */
async function load(
  program: string,
  plan: LoadPlan,
  up: number | undefined,
  { signal, note }: BenchmarkOptions,
): Promise<Measured[]> {
  const entry = join(import.meta.dirname, program)
  const child = spawn(process.execPath, [entry, JSON.stringify(plan)], { stdio: 'pipe', signal })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve).once('error', () => undefined))
  const results: Measured[] = []
  let before: Record<string, number> = {}
  for await (const line of createInterface({ input: child.stdout })) {
    const said = JSON.parse(line) as { begins?: string; ended?: PhaseResult }
    const used = await cpuSeconds({ server: up, load: child.pid })
    child.stdin.write('\n')
    if (said.ended === undefined) {
      before = used
      continue
    }
    const { cycles, cyclesPerSecond, p50, p99, p99Of } = said.ended
    const cpu = Object.fromEntries(
      Object.entries(used).map(([name, seconds]) => [name, ((seconds - (before[name] ?? 0)) / cycles) * 1000]),
    )
    results.push({ ...said.ended, cpu })
    note(
      `${plan.workers} workers, ${said.ended.name}: ${cyclesPerSecond.toFixed(0)} cycles/s; a call p50 ${p50.toFixed(1)} ms, ` +
        `p99 ${p99.toFixed(1)} ms ${JSON.stringify(p99Of)}; CPU ms a cycle ${JSON.stringify(cpu, rounded)}`,
    )
  }
  const code = await ended
  signal.throwIfAborted()
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${stderr.slice(-2000)}`)
  return results
}

function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toFixed(3)) : value
}
