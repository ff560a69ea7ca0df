import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { createInstallation, type Installation } from '../installation.ts'
import { processesOf } from '../processes.ts'
import { startSceneMaker } from '../scenes.ts'
import { until } from '../until.ts'
import { type ChaosWorker, startChaosWorker } from './chaos-worker.ts'
import { happen } from './mishaps.ts'
import { type MishapKind, planChaos } from './plan.ts'

export interface ChaosOptions {
  seed: number
  minutes: number
  signal?: AbortSignal
  say?: (text: string) => void
}

export interface ChaosReport {
  seed: number
  minutes: number
  blender: string
  /** What happened, how often. What found nothing to hit is not counted. */
  mishaps: Partial<Record<MishapKind, number>>
  missed: number
  jobs: number
  frames: number
  /** Jobs that a person had to queue again because a task had no tries left. */
  requeued: number
  problems: string[]
}

interface Shown {
  state: string
  frames: { total: number; completed: number; failed: number }
}

const workerCount = 3
/** Frames of a job: some seconds on three workers, so that most mishaps hit one in the middle. */
const frameCount = 24

/** A server, a database and three workers that render while processes die or freeze, networks break and disks fill. */
export async function runChaos({ seed, minutes, signal, say = () => undefined }: ChaosOptions): Promise<ChaosReport> {
  await using cleanUp = new AsyncDisposableStack()
  const maker = await startSceneMaker(({ version }) => version.startsWith('5.0'))
  cleanUp.defer(() => maker.remove())
  const folder = join(maker.folder, 'golden')
  const { files } = await maker.run<{ files: Record<string, string> }>('golden', { folder })
  const site = await createInstallation({ worker: false })
  cleanUp.defer(() => site.remove())
  const workers: ChaosWorker[] = []
  cleanUp.defer(async () => void (await Promise.all(workers.map((one) => one.remove()))))
  const { secret } = await site.json<{ secret: string }>(['token', 'create', '--name', 'chaos', '--worker'])
  for (let at = 0; at < workerCount; at++) workers.push(await startChaosWorker(site, secret, `worker-${at}`))

  const options = ['--frames', `1-${frameCount}`, '--samples', '256', '--blender', maker.blender.version, '--no-video']
  const submit = ['submit', files['geometry_nodes'] ?? '', ...options]
  const calm = join(maker.folder, 'calm')
  await site.json([...submit, '--download', calm])
  const report: ChaosReport = {
    seed,
    minutes,
    blender: maker.blender.version,
    mishaps: {},
    missed: 0,
    jobs: 0,
    frames: 0,
    requeued: 0,
    problems: [],
  }
  say(`calm run done; chaos for ${minutes} minutes`)

  const isOver = new AbortController()
  const jobs: string[] = []
  const people = (async () => {
    while (!isOver.signal.aborted) {
      const sent = await site.run([...submit, '--json'])
      if (sent.code !== 0) continue // the server is away
      const { jobId } = JSON.parse(sent.stdout) as { jobId: string }
      jobs.push(jobId)
      await untilEnded(site, jobId, isOver.signal)
    }
  })()
  await mishapsOf(site, workers, report, signal, say)
  isOver.abort()
  await people
  say('peace: what is queued has to end')
  for (const jobId of jobs) report.problems.push(...(await endOf(site, jobId, report)))
  const differences = jobs.map((jobId) => ({ jobId, folder: join(maker.folder, `of-${jobId}`) }))
  for (const { jobId, folder: to } of differences) {
    const { files: all } = await site.json<{ files: { kind: string; frame: number | null }[] }>([
      'download',
      jobId,
      '--to',
      to,
    ])
    const numbers = all.filter(({ kind }) => kind === 'frame').map(({ frame }) => frame)
    if (numbers.join() !== Array.from({ length: frameCount }, (_, at) => at + 1).join())
      report.problems.push(`job ${jobId} has the frames ${numbers.join()}`)
    for (const number of numbers) {
      const name = `${String(number).padStart(4, '0')}.png`
      const pair = { one: join(calm, name), other: join(to, name) }
      const { worst } = await maker.run<{ worst: number }>('test_picture_difference', pair)
      if (worst !== 0) report.problems.push(`job ${jobId}, frame ${number}: differs by ${worst}`)
      report.frames++
    }
  }
  report.jobs = jobs.length
  for (const [at, one] of workers.entries()) {
    const code = await one.stop()
    if (code !== 0) report.problems.push(`worker-${at} ended with ${code}`)
  }
  await site.up().end()
  const left = await processesOf(site.folder)
  for (const { pid, command } of left) report.problems.push(`process ${pid} is left: ${command}`)
  return report
}

async function mishapsOf(
  site: Installation,
  workers: readonly ChaosWorker[],
  report: ChaosReport,
  signal: AbortSignal | undefined,
  say: (text: string) => void,
): Promise<void> {
  const began = performance.now()
  const under: Promise<void>[] = []
  for (const mishap of planChaos(report.seed, report.minutes * 60, workers.length)) {
    await wait(Math.max(0, mishap.at * 1000 - (performance.now() - began)), undefined, { signal })
    say(`${mishap.at.toFixed(1)} s ${mishap.kind} worker-${mishap.worker} ${mishap.seconds.toFixed(1)} s`)
    const done = happen(site, workers, mishap).then(
      () => void (report.mishaps[mishap.kind] = (report.mishaps[mishap.kind] ?? 0) + 1),
      (error: unknown) => {
        report.missed++
        say(`  missed: ${mishap.kind}: ${String(error).split('\n')[0]}`)
      },
    )
    under.push(done)
  }
  await Promise.all(under)
}

async function look(site: Installation, jobId: string): Promise<Shown | undefined> {
  const { code, stdout } = await site.run(['job', 'show', jobId, '--json'])
  return code === 0 ? (JSON.parse(stdout) as Shown) : undefined
}

const hasEnded = (shown: Shown | undefined) =>
  shown !== undefined && ['completed', 'failed', 'cancelled'].includes(shown.state)

async function untilEnded(site: Installation, jobId: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !hasEnded(await look(site, jobId)));
}

/** Waits for its end. What was tried too often is queued again, as a person would. What is wrong with it. */
async function endOf(site: Installation, jobId: string, report: ChaosReport): Promise<string[]> {
  for (;;) {
    const shown = await until(
      `job ${jobId} to end`,
      async () => {
        const now = await look(site, jobId)
        return hasEnded(now) && now
      },
      240,
    )
    if (shown.state === 'failed') {
      report.requeued++
      await site.json(['job', 'requeue', jobId])
      continue
    }
    const { total, completed, failed } = shown.frames
    const isRight = shown.state === 'completed' && total === frameCount && completed === frameCount && failed === 0
    return isRight ? [] : [`job ${jobId} is ${shown.state} with ${completed} of ${total} frames, ${failed} failed`]
  }
}
