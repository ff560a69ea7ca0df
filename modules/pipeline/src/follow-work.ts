import type { StepKind } from '@backlot/contract/steps/registry'
import type { Unit } from '@backlot/db/unit'
import { openJob, saveJob } from './change-job.ts'
import type { PipelineContext } from './context.ts'
import {
  beginStep,
  endCancelled,
  endJob,
  type Failure,
  failStep,
  finishStep,
  moveJob,
  queueIfIdle,
  releaseStep,
  skipStep,
  stepOf,
} from './document.ts'
import {
  attemptStalled,
  type KeptOffWorker,
  note,
  recordEvents,
  stepGivenUp,
  stepEnd,
  stepStart,
  stepWaits,
  workerKeptOff,
  workerNeeded,
} from './events.ts'
import { advance } from './workflow.ts'

export interface StepOfJob {
  jobId: string
  kind: StepKind
}
export type StepOutcome =
  | { state: 'completed'; output: Record<string, unknown> }
  | { state: 'failed'; output: Record<string, unknown>; error: Failure }

/** How the pipeline follows what the farm does, in the farm's transactions and under its lock of the job. */
export function createWorkflow(context: PipelineContext) {
  return {
    async stepBegan(unit: Unit, { jobId, kind }: StepOfJob): Promise<void> {
      const job = await openJob(context, unit, jobId)
      const begun = beginStep(job.document, kind, unit.now)
      const document = begun.state === 'queued' ? moveJob(begun, 'running') : begun
      await saveJob(context, unit, job, { document, events: [stepStart(kind)] })
    },

    async stepEnded(unit: Unit, { jobId, kind }: StepOfJob, outcome: StepOutcome): Promise<void> {
      const job = await openJob(context, unit, jobId)
      const { output } = outcome
      let document =
        outcome.state === 'completed'
          ? finishStep(job.document, kind, unit.now, output)
          : failStep(job.document, kind, unit.now, { error: outcome.error, output })
      const events = [stepEnd(document, kind)]
      // A job that is being cancelled goes nowhere from here: `jobLetGo` ends it.
      if (document.state !== 'cancelling') {
        const { unblock, skip, end } = advance(document)
        for (const name of skip) document = skipStep(document, name, unit.now)
        events.push(...skip.map((name) => stepEnd(document, name)))
        if (skip.length > 0) await context.farm.skipSteps(unit, jobId, skip)
        if (unblock.length > 0) await context.farm.unblockSteps(unit, jobId, unblock)
        if (end === undefined) document = queueIfIdle(document)
        else {
          document = endJob(document, end, unit.now)
          events.push(note(end === 'completed' ? 'The job is complete.' : 'The job has failed; what is done is kept.'))
        }
      }
      await saveJob(context, unit, job, { document, events })
    },

    async stepIdle(unit: Unit, { jobId, kind }: StepOfJob): Promise<void> {
      const job = await openJob(context, unit, jobId)
      if (stepOf(job.document, kind).status !== 'running') return
      const document = queueIfIdle(releaseStep(job.document, kind))
      await saveJob(context, unit, job, { document, events: [stepWaits(kind)] })
    },

    async workerKeptOff(unit: Unit, { jobId, kind }: StepOfJob, worker: KeptOffWorker): Promise<void> {
      const job = await openJob(context, unit, jobId)
      await recordEvents(context, unit, job, [workerKeptOff(kind, worker)])
    },

    async workerNeeded(unit: Unit, { jobId, kind }: StepOfJob, worker: { workerId: string; name: string }) {
      const job = await openJob(context, unit, jobId)
      await recordEvents(context, unit, job, [workerNeeded(kind, worker)])
    },

    async attemptStalled(unit: Unit, { jobId, kind }: StepOfJob, attempt: { worker: string; message: string }) {
      const job = await openJob(context, unit, jobId)
      await recordEvents(context, unit, job, [attemptStalled(kind, attempt)])
    },

    async stepGivenUp(unit: Unit, { jobId, kind }: StepOfJob, counts: { failed: number; running: number }) {
      const job = await openJob(context, unit, jobId)
      await recordEvents(context, unit, job, [stepGivenUp(kind, counts)])
    },

    async stillGoodEnough(unit: Unit, { jobId }: StepOfJob, { noise }: { noise: number }): Promise<void> {
      const job = await openJob(context, unit, jobId)
      const text = `The image is clean enough (noise ${noise.toPrecision(2)}): no more samples are begun.`
      await recordEvents(context, unit, job, [note(text, { noise })])
    },

    async jobLetGo(unit: Unit, { jobId }: { jobId: string }): Promise<void> {
      const job = await openJob(context, unit, jobId)
      if (job.document.state !== 'cancelling') return
      const document = endCancelled(job.document, unit.now)
      await saveJob(context, unit, job, { document, events: [note('The job is cancelled: the last worker let go.')] })
    },

    jobTouched: context.jobTouched,
  }
}
