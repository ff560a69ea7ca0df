import { coalesceByTimer } from '@backlot/base/coalescer'
import type { Handlers } from '@backlot/contract/handler'
import type { farmRoutes } from '@backlot/contract/routes/farm'
import { inUnit } from '@backlot/db/unit'
import type { FarmContext } from './context.ts'
import { costOf } from './cost.ts'
import * as jobWork from './job-work.ts'
import { workerChangedInterval } from './limits.ts'
import * as listings from './listings.ts'
import type { FarmPorts } from './ports.ts'
import { progressOf } from './progress.ts'
import * as stillWork from './still-work.ts'
import { shareDone } from './queries/share-done.ts'
import type { LiveAttempt } from './queries/find-attempts.ts'
import { outputsOfJob } from './queries/outputs-of-job.ts'
import { type LiveFiles, liveFiles } from './queries/live-files.ts'
import { treesOfJob } from './queries/trees-of-job.ts'
import { createBatchers, createFarmHandlers } from './routes.ts'
import { type Swept, Sweeper, wakeIdle } from './sweep.ts'
import { whyIdle } from './why.ts'
import { ServiceHistory } from './shares.ts'
import { announceWorkers } from './workers.ts'

export type { FarmPorts, Publish, StepOfJob, StepOutcome, Workflow, WorkerIdentity } from './ports.ts'
export { type Forecast, forecast } from './eta.ts'
export type { LiveAttempt } from './queries/find-attempts.ts'
export type { Swept } from './sweep.ts'

export interface Farm {
  routes: Handlers<typeof farmRoutes>
  /** What the pipeline needs of the farm. */
  work: ReturnType<typeof createWork>
  /** For the one place that verifies callers: the attempt while it runs with this fence. */
  findAttempt(attemptId: string, fence: number): Promise<LiveAttempt | undefined>
  /** Which files belong to jobs: what storage asks before it hands out or cleans up. */
  files: {
    treesOfJob(tenantId: string, jobId: string): Promise<string[]>
    outputsOfJob(tenantId: string, jobId: string, hashes: readonly string[]): Promise<readonly string[]>
    liveFiles(tenantId: string): Promise<LiveFiles>
  }
  /** To be called about once a second. Never two at a time. */
  sweep(): Promise<Swept>
  /** Waits for what is under way. */
  close(): Promise<void>
}

export function createFarm(ports: FarmPorts): Farm {
  const onError = (error: unknown) => ports.log.error({ err: error }, 'farm: background work failed')
  const coalesce = ports.coalesce ?? coalesceByTimer
  const wakes = coalesce<string>({ interval: 20, onError, flush: (ids) => wakeIdle(context, ids).then(() => {}) })
  const workers = coalesce<string>({
    interval: workerChangedInterval,
    onError,
    flush: (ids) => announceWorkers(context, ids),
  })
  const context: FarmContext = {
    ...ports,
    wake: (stepIds) => stepIds.forEach((stepId) => wakes.touch(stepId)),
    history: new ServiceHistory(),
    workerTouched: (workerId) => workers.touch(workerId),
    unit: (work) => inUnit((inside) => ports.database.background(inside), ports.clock(), work),
  }
  const batchers = createBatchers(context)
  const sweeper = new Sweeper(context)
  return {
    routes: createFarmHandlers(context, batchers),
    work: createWork(context),
    findAttempt: (attemptId, fence) => batchers.attempt.add({ attemptId, fence }),
    files: {
      treesOfJob: (tenantId, jobId) => ports.database.inTenant(tenantId, (tx) => treesOfJob(tx, jobId)),
      outputsOfJob: (tenantId, jobId, hashes) =>
        ports.database.inTenant(tenantId, (tx) => outputsOfJob(tx, { jobId, hashes })),
      liveFiles: (tenantId) => ports.database.inTenant(tenantId, liveFiles),
    },
    sweep: () => sweeper.sweep(),
    async close() {
      await batchers.calls.idle() // what it could not do goes to the patient queue
      await Promise.all(Object.values(batchers).map((batcher) => batcher.idle()))
      await Promise.all([wakes.close(), workers.close()])
    },
  }
}

function createWork(context: FarmContext) {
  return {
    prepareSteps: jobWork.prepareSteps.bind(undefined, context),
    registerJob: jobWork.registerJob.bind(undefined, context),
    lockJob: jobWork.lockJob,
    pauseJob: jobWork.pauseJob,
    approveJob: jobWork.approveJob.bind(undefined, context),
    resumeJob: jobWork.resumeJob.bind(undefined, context),
    cancelJob: jobWork.cancelJob.bind(undefined, context),
    finishStill: stillWork.finishStill.bind(undefined, context),
    continueStill: stillWork.continueStill.bind(undefined, context),
    changeJob: jobWork.changeJob.bind(undefined, context),
    skipSteps: jobWork.skipSteps,
    unblockSteps: jobWork.unblock.bind(undefined, context),
    requeueSteps: jobWork.requeueSteps.bind(undefined, context),
    progressOf,
    shareDone,
    listFrames: listings.listFrames,
    listOutputs: listings.listJobOutputs,
    listTasks: listings.listJobTasks,
    listTimeline: listings.listJobTimeline,
    costOf,
    listLogs: listings.listJobLogs,
    whyIdle: whyIdle.bind(undefined, context),
  }
}
