import { counted } from '@backlot/base/format'
import type { KeptOffWorker, WhyNotRunning } from '@backlot/contract/schemas/jobs'
import type { Unit } from '@backlot/db/unit'
import { Caps } from './caps.ts'
import type { FarmContext } from './context.ts'
import { explainLimit } from './explain-limit.ts'
import { explainQueue } from './explain-queue.ts'
import { lostMessage } from './judge-workers.ts'
import { type KeptOffRow, listKeptOff } from './queries/list-kept-off.ts'
import { readUsages } from './queries/read-usages.ts'
import { readRequirement } from './queries/read-requirement.ts'
import { readSteps, type StepRow } from './queries/read-steps.ts'
import { findWorkers } from './queries/find-workers.ts'
import type { WorkerRow } from './queries/worker-row.ts'
import { type Lack, lacks, type Requirement } from './requirement.ts'

type Reason = WhyNotRunning['reasons'][number]

export interface Explanation {
  /** Why the job's next step is not at work; empty when somebody works on it. */
  reasons: Reason[]
  keptOff: KeptOffWorker[]
}

export async function whyIdle(
  context: FarmContext,
  { jobId, tenantId }: { jobId: string; tenantId: string },
): Promise<Explanation> {
  return context.unit(async (unit): Promise<Explanation> => {
    const { tx } = unit
    const keptOff = (await listKeptOff(tx, jobId, tenantId)).map(describeKeptOff)
    const steps = (await readSteps(tx, jobId)).filter((step) => step.tenantId === tenantId)
    if (steps.some(({ running }) => running > 0)) return { reasons: [], keptOff }
    const step = steps.find(({ leasable }) => leasable)
    if (step === undefined) return { reasons: explainHeld(steps), keptOff }
    const barred = keptOff.filter((worker) => worker.step === step.kind)
    return { reasons: [...(await explainStep(context, unit, step, barred)), ...explainKeptOff(barred)], keptOff }
  })
}

const needsApproval: Reason = {
  code: 'awaits_approval',
  message: 'Its first frames are rendered; the others wait until somebody approves these.',
  advice: 'Look at them, then `backlot job approve ID`, or cancel the job.',
}

function explainHeld(steps: readonly StepRow[]): Reason[] {
  const waiting = steps.find(({ notBefore, paused, cancelled }) => notBefore !== null && !paused && !cancelled)
  if (waiting?.notBefore != null) {
    return [
      {
        code: 'waits_for_licence',
        message: `A licence was not free; it is tried again at ${waiting.notBefore.toISOString()}.`,
        advice: 'Wait, or let fewer of its tasks run at once: `--licences`, `job change --max-running`.',
      },
    ]
  }
  return steps.some(isHeldBack) ? [needsApproval] : []
}

function isHeldBack({ nextPlace, openUntil, frameCount, cancelled }: StepRow): boolean {
  return nextPlace === openUntil && openUntil < frameCount && !cancelled
}

async function explainStep(
  context: FarmContext,
  unit: Unit,
  step: StepRow,
  barred: readonly KeptOffWorker[],
): Promise<Reason[]> {
  const { tx } = unit
  const { tenantId } = step
  const requirement = await readRequirement(tx, step.classId)
  const workers = (await findWorkers(tx)).filter((worker) => worker.tenantId === null || worker.tenantId === tenantId)
  const online = workers.filter(({ state }) => state === 'online')
  const unable = explainWorkers(requirement, online, workers.length)
  if (unable !== undefined) return [unable]
  const ids = new Set(barred.map(({ workerId }) => workerId))
  const fit = online.filter((worker) => !ids.has(worker.workerId) && lacks(requirement, worker).length === 0)
  if (fit.length === 0) return []
  const able = fit.filter((worker) => holdsOf(worker).length === 0)
  if (able.length === 0) return [explainHolds(fit)]
  const full = new Caps(await readUsages(tx, [tenantId])).full(step)
  if (full.length > 0) return full.map(explainLimit)
  return [await explainQueue(context, unit, step, able)]
}

function describeKeptOff({ code, message, since, ...row }: KeptOffRow): KeptOffWorker {
  return { ...row, code: code ?? 'render.host_error', message: message ?? lostMessage, since: since.toISOString() }
}

/** One reason for all of them. */
function explainKeptOff(keptOff: readonly KeptOffWorker[]): Reason[] {
  const [first] = keptOff
  if (first === undefined) return []
  const names = keptOff.map(({ worker }) => worker).join(', ')
  const one = keptOff.length === 1
  return [
    {
      code: 'worker_kept_off',
      message: `${names} ${one ? 'is' : 'are'} kept off it after ${first.failures} failures in a row: ${first.message}`,
      advice: `Look at the log of the failed tasks; \`backlot job requeue\` lets ${one ? 'it' : 'them'} try again.`,
    },
  ]
}

const holdsOf = ({ holds }: WorkerRow) => fullHolds.flatMap((kind) => holds[kind] ?? [])
/** What keeps a worker from all work. */
const fullHolds = ['person', 'failures', 'hours'] as const

/** All that could do it are held back. */
function explainHolds(workers: readonly WorkerRow[]): Reason {
  const each = workers.map((worker) => `${worker.name}: ${holdsOf(worker)[0]?.reason}`)
  return {
    code: 'workers_held_back',
    message: `No worker that could do it takes work now. ${each.join(' ')}`,
    advice: 'Wait, start another worker, or let one work again with `backlot workers resume`.',
  }
}

/** The reason when no worker that is online meets the requirement. */
function explainWorkers(requirement: Requirement, online: readonly WorkerRow[], known: number): Reason | undefined {
  if (online.length === 0) {
    return {
      code: 'no_worker_online',
      message:
        known === 0 ? 'No worker has ever joined.' : `No worker is online (of ${counted(known, 'known worker')}).`,
      advice: 'Start one with `backlot worker`, or `backlot up`, which brings its own.',
    }
  }
  const lacking = online.map((worker) => lacks(requirement, worker))
  if (lacking.some((found) => found.length === 0)) return undefined
  // What most of them lack comes first: the nearest to having the step done.
  const counts = [...Map.groupBy(lacking.flat(), ({ needs }) => needs).values()]
  const [most] = counts.toSorted((one, other) => other.length - one.length)
  const { code, needs, advice } = (most as Lack[])[0] as Lack
  const others = counts.length === 1 ? '' : `, and some lack other things (${listOthers(counts, needs)})`
  const have = online.length - (most as Lack[]).length
  return {
    code,
    message: `It needs ${needs}: ${have} of ${counted(online.length, 'worker')} online can${others}.`,
    advice,
  }
}

function listOthers(counts: readonly Lack[][], first: string): string {
  return counts.flatMap(([lack]) => (lack === undefined || lack.needs === first ? [] : [lack.needs])).join('; ')
}
