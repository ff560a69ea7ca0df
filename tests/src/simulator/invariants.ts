import {
  attemptTransitions,
  jobTransitions,
  mayMove,
  type StepState,
  stepTransitions,
  taskTransitions,
  type Transitions,
  workerTransitions,
} from '@backlot/contract/states'
import { limitsHold } from './limits.ts'
import type { AttemptRow, Snapshot, StepRow, TaskRow } from './snapshot.ts'

/** What the simulator knows of a step that the tables can't tell. */
export interface Happened {
  /** Jobs of which frames may be gone: somebody had them queued again, or deleted the job. */
  forgotten: ReadonlySet<string>
  /** `JOB FRAME` that some server said it has. */
  acknowledged: ReadonlySet<string>
  /** The latest moment that any server took for now. Milliseconds. */
  latest: number
  /** Two things at once: what was true between them is not seen. */
  together: boolean
}

/** Everything that is wrong with the tables, and with how they came to be so from what they were. */
export function violations(before: Snapshot, after: Snapshot, happened: Happened): string[] {
  const { together } = happened
  return [
    ...movesAreLegal(after),
    ...tasksTile(after),
    ...leasesAreSingle(after),
    ...limitsHold(before, after, together),
    ...countsAgree(after),
    ...framesAreThere(after),
    ...documentsAgree(after),
    ...framesStay(before, after, happened),
    ...framesComeFromLiveAttempts(before, after),
    ...fencesGrow(before, after),
    ...retriesAreFair(before, after),
    ...documentsHaveEvents(before, after),
    ...(together ? [] : [...nothingIsBegun(before, after), ...leasesLast(before, after, happened)]),
  ]
}

const tables: Record<string, Transitions<string>> = {
  job: jobTransitions,
  step: stepTransitions,
  task: taskTransitions,
  attempt: attemptTransitions,
  worker: workerTransitions,
}

function movesAreLegal({ moves }: Snapshot): string[] {
  return moves
    .filter(({ subject, from, to }) => !mayMove(tables[subject] as Transitions<string>, from, to))
    .map(({ subject, id, from, to }) => `illegal transition: ${subject} ${id} went from ${from} to ${to}`)
}

function tasksTile({ steps, tasks }: Snapshot): string[] {
  const ofStep = Map.groupBy(tasks, ({ step }) => step)
  return steps.flatMap(({ id, next_place }) => {
    let place = 0
    for (const task of ofStep.get(id) ?? []) {
      if (task.first_place !== place) return [`frames lost or doubled: tasks of step ${id} leave a gap at ${place}`]
      place += task.length
    }
    return place === next_place ? [] : [`frames lost: step ${id} handed out ${next_place} places, tasks have ${place}`]
  })
}

function leasesAreSingle({ tasks, attempts }: Snapshot): string[] {
  const live = Map.groupBy(
    attempts.filter(({ state }) => state === 'running'),
    ({ task }) => task,
  )
  return tasks.flatMap(({ id, state, fence }) => {
    const own = live.get(id) ?? []
    if (own.length !== Number(state === 'leased')) return [`a ${state} task ${id} has ${own.length} live leases`]
    return own[0] === undefined || own[0].fence === fence ? [] : [`task ${id} has another fence than its live lease`]
  })
}

function countsAgree({ steps, tasks, frames, attempts }: Snapshot): string[] {
  const ofStep = Map.groupBy(tasks, ({ step }) => step)
  const framesOf = Map.groupBy(frames, ({ step }) => step)
  const framesBy = Map.groupBy(frames, ({ attempt }) => attempt)
  const counts = steps.flatMap((step) => {
    const own = ofStep.get(step.id) ?? []
    const count = (state: TaskRow['state']) => own.filter((task) => task.state === state).length
    const sum = (field: 'frames_done' | 'frames_failed') => own.reduce((total, task) => total + task[field], 0)
    const real: Partial<StepRow> = {
      tasks_made: own.length,
      requeued: count('queued'),
      running: count('leased'),
      completed: count('completed'),
      failed: count('failed'),
      frames_completed: framesOf.get(step.id)?.length ?? 0,
      frames_failed: sum('frames_failed'),
    }
    const wrong = Object.entries(real).filter(([name, value]) => step[name as keyof StepRow] !== value)
    const done = sum('frames_done')
    return [
      ...wrong.map(
        ([name, value]) => `counts: ${name} of ${step.kind} is ${step[name as keyof StepRow]}, not ${value}`,
      ),
      ...(done === real.frames_completed ? [] : [`a frame was counted twice or lost: tasks say ${done}`]),
    ]
  })
  const doubled = attempts.filter(({ id, frames_done }) => (framesBy.get(id)?.length ?? 0) > frames_done)
  return [...counts, ...doubled.map(({ id }) => `attempt ${id} has more frames than it is credited with`)]
}

function framesAreThere({ steps, tasks }: Snapshot): string[] {
  const renders = new Map(steps.filter(({ kind }) => kind === 'render_frames').map((step) => [step.id, step]))
  return tasks
    .filter(({ step, state, frames_done, length }) => {
      return renders.has(step) && (state === 'completed') !== (frames_done === length) && state !== 'leased'
    })
    .map(({ id, state, frames_done, length }) => `a ${state} task ${id} has ${frames_done} of ${length} frames`)
}

function documentsAgree({ jobs, steps }: Snapshot): string[] {
  const stepsOf = Map.groupBy(steps, ({ job }) => job)
  return jobs.flatMap((job) => {
    const own = stepsOf.get(job.id) ?? []
    const wrong = own.flatMap((step) => contradiction(job, step).map((text) => `${step.kind} ${text}`))
    const has = (status: StepState) => Object.values(job.steps).includes(status)
    const ended = ['completed', 'failed', 'cancelled'].includes(job.state)
    if (ended && own.some(({ running, leasable }) => running > 0 || leasable)) wrong.push('still has work')
    if (ended && (has('running') || has('pending'))) wrong.push('has steps that have not ended')
    if (job.state === 'completed' && (has('failed') || has('cancelled'))) wrong.push('has steps that are not complete')
    if (job.state === 'running' && !has('running')) wrong.push('has no step at work')
    if (job.state === 'queued' && has('running')) wrong.push('has a step at work')
    return wrong.map((text) => `the document of a ${job.state} job contradicts its tables: ${text}`)
  })
}

function contradiction(job: Snapshot['jobs'][number], step: StepRow): string[] {
  const status = job.steps[step.kind]
  const wrong: string[] = []
  if ((status === 'completed') !== (step.ended && step.failed === 0)) wrong.push(`is ${status}`)
  const hasFailed = step.ended ? step.failed > 0 : step.given_up && step.running === 0
  if ((status === 'failed') !== hasFailed) wrong.push(`is ${status} with ${step.failed} failed`)
  const isHopeless = step.most_failed !== null && step.failed > step.most_failed && !step.ended
  if (isHopeless ? !step.cancelled : step.given_up && !step.ended) wrong.push(`has ${step.failed} failed tasks`)
  if (step.running > 0 && status !== 'running') wrong.push(`is ${status} while workers hold ${step.running}`)
  if ((status === 'skipped' || status === 'cancelled') && !step.cancelled) wrong.push(`is ${status}, and may be leased`)
  if (job.state === 'cancelling' && !step.cancelled && !step.ended) wrong.push('may be leased')
  if (job.state === 'paused' && !step.paused) wrong.push('is not paused')
  if ((job.state === 'queued' || job.state === 'running') && step.paused) wrong.push('is paused')
  return wrong
}

function framesStay(before: Snapshot, after: Snapshot, { forgotten, acknowledged }: Happened): string[] {
  const there = new Set(after.frames.map(({ job, frame }) => `${job} ${frame}`))
  const known = [...before.frames.map(({ job, frame }) => `${job} ${frame}`), ...acknowledged]
  return [...new Set(known)]
    .filter((key) => !there.has(key) && !forgotten.has(key.split(' ')[0] as string))
    .map((key) => `frame ${key} is lost`)
}

function framesComeFromLiveAttempts(before: Snapshot, after: Snapshot): string[] {
  const old = new Map(before.attempts.map((attempt) => [attempt.id, attempt.state]))
  const had = new Set(before.frames.map(({ step, frame, attempt }) => `${step} ${frame} ${attempt}`))
  return after.frames
    .filter(({ step, frame, attempt }) => {
      return !had.has(`${step} ${frame} ${attempt}`) && (old.get(attempt) ?? 'running') !== 'running'
    })
    .map(({ frame, attempt }) => `frame ${frame} came from attempt ${attempt}, which had ended`)
}

function fencesGrow(before: Snapshot, after: Snapshot): string[] {
  const old = new Map(before.tasks.map((task) => [task.id, task.fence]))
  const shrunk = after.tasks.filter(({ id, fence }) => fence < (old.get(id) ?? 0))
  const fences = Map.groupBy(after.attempts, ({ task, fence }) => `${task} ${fence}`)
  const doubled = [...fences].filter(([, attempts]) => attempts.length > 1)
  return [
    ...shrunk.map(({ id }) => `the fence of task ${id} went back`),
    ...doubled.map(([key]) => `two leases have the same fence: ${key}`),
  ]
}

const free: ReadonlySet<string | null> = new Set(['disk_full', 'network', 'host'])

/** Only a failure that is not the host's may cost a retry. */
function retriesAreFair(before: Snapshot, after: Snapshot): string[] {
  const old = new Map(before.tasks.map((task) => [task.id, task]))
  const running = new Set(before.attempts.filter(({ state }) => state === 'running').map(({ id }) => id))
  const known = new Set(before.attempts.map(({ id }) => id))
  const charged = (attempt: AttemptRow) =>
    (running.has(attempt.id) || !known.has(attempt.id)) &&
    (attempt.state === 'failed' || attempt.state === 'lost') &&
    attempt.cause !== null &&
    !free.has(attempt.cause)
  const failed = Map.groupBy(after.attempts.filter(charged), ({ task }) => task)
  return after.tasks
    .filter(({ id, failures }) => failures - (old.get(id)?.failures ?? 0) > (failed.get(id)?.length ?? 0))
    .map(({ id }) => `task ${id} was charged for what was not its fault`)
}

/** Document and events are written in one transaction. */
function documentsHaveEvents(before: Snapshot, after: Snapshot): string[] {
  const old = new Map(before.jobs.map((job) => [job.id, job]))
  return after.jobs
    .filter((job) => {
      const was = old.get(job.id)
      return was !== undefined && was.events === job.events && JSON.stringify(was) !== JSON.stringify(job)
    })
    .map(({ state }) => `a job became ${state} without an event`)
}

/** No lease of what is held back: paused, cancelled, or by a worker that is kept off. */
function nothingIsBegun(before: Snapshot, after: Snapshot): string[] {
  const known = new Set(before.attempts.map(({ id }) => id))
  const states = new Map(before.jobs.map(({ id, state }) => [id, state]))
  const now = new Map(after.jobs.map(({ id, state }) => [id, state]))
  const barred = (list: Snapshot['strikes']) =>
    new Set(list.flatMap(({ worker, step, kept_off_at }) => (kept_off_at ? [`${worker} ${step} ${kept_off_at}`] : [])))
  const both = [...barred(before.strikes)].filter((key) => barred(after.strikes).has(key))
  return after.attempts
    .filter(({ id }) => !known.has(id))
    .flatMap(({ job, worker, step }) => {
      const was = states.get(job)
      if (was !== undefined && ['paused', 'cancelling', 'completed', 'failed', 'cancelled'].includes(was)) {
        return [`a task of a job that was ${was} (now ${now.get(job)}) was leased`]
      }
      const isBarred = both.some((key) => key.startsWith(`${worker} ${step} `))
      return isBarred ? [`worker ${worker} got a task that it is kept off`] : []
    })
}

/** Only a lease that has run out is lost. */
function leasesLast(before: Snapshot, after: Snapshot, { latest }: Happened): string[] {
  const old = new Map(before.attempts.map((attempt) => [attempt.id, attempt]))
  return after.attempts
    .filter(({ id, state }) => {
      const was = old.get(id)
      return state === 'lost' && was?.state === 'running' && Date.parse(was.expires_at) > latest
    })
    .map(({ id }) => `attempt ${id} was lost before its lease ran out`)
}
