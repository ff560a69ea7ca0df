import { CodedError } from '@backlot/base/errors'
import type { ErrorCode } from '@backlot/contract/errors'
import type { Handlers, Person } from '@backlot/contract/handler'
import { isAllowed } from '@backlot/contract/roles'
import { describeSteps, type jobRoutes } from '@backlot/contract/routes/jobs'
import type { Tx } from '@backlot/db/tx'
import { inUnit, type Unit } from '@backlot/db/unit'
import { jobNotFound } from './change-job.ts'
import type { PipelineContext } from './context.ts'
import {
  approveJob,
  cancelJob,
  changeJob,
  continueJob,
  finishJob,
  type JobOrder,
  pauseJob,
  removeJob,
  requeueJob,
  resumeJob,
} from './control-job.ts'
import { downloadOutputs } from './download-outputs.ts'
import { readJobCursor, writeJobCursor } from './job-cursor.ts'
import { describeJob, summarise, summariseOne } from './job-view.ts'
import { findJob } from './queries/find-job.ts'
import type { JobRow } from './queries/job-row.ts'
import { listJobs } from './queries/list-jobs.ts'
import { listEvents } from './queries/list-events.ts'
import { submitJob } from './submit-job.ts'
import { whyJob } from './why-job.ts'

type Change = (context: PipelineContext, unit: Unit, order: JobOrder) => Promise<JobRow>

export function createJobHandlers(context: PipelineContext): Handlers<typeof jobRoutes> {
  const { farm, database } = context

  /** The job, if the person may see it: those below a project manager see their own. */
  const visible = async (tx: Tx, jobId: string, person: Person): Promise<JobRow> => {
    const job = await findJob(tx, jobId, onlyOwn(person))
    if (job === undefined) throw jobNotFound(jobId)
    return job
  }
  const reading = <T>(person: Person, jobId: string, read: (tx: Tx, job: JobRow) => Promise<T>): Promise<T> =>
    database.inTenant(person.tenantId, async (tx) => read(tx, await visible(tx, jobId, person)))
  const changing = <T>(person: Person, work: (unit: Unit) => Promise<T>): Promise<T> =>
    inUnit((inside) => database.inTenant(person.tenantId, inside), context.clock(), work)
  const order = (jobId: string, person: Person): JobOrder => ({ jobId, ownerId: onlyOwn(person), by: person.name })
  const change = (person: Person, jobId: string, how: Change) =>
    changing(person, async (unit) => summariseOne(context, unit.tx, await how(context, unit, order(jobId, person))))

  return {
    async submitJob({ body }, { caller }) {
      const { jobId, created } = await submitJob(context, caller, body)
      return { jobId, created, url: context.jobUrl(jobId) }
    },

    listJobs: ({ query: { cursor, limit, state, search, sort = '-created' } }, { caller }) =>
      database.inTenant(caller.tenantId, async (tx) => {
        const after = cursor === undefined ? undefined : readJobCursor(cursor, sort)
        const now = after?.at ?? context.clock()
        const rows = await listJobs(tx, {
          tenantId: caller.tenantId,
          ownerId: onlyOwn(caller),
          state,
          search,
          sort,
          after,
          limit: limit + 1,
          now,
          shareDone: farm.shareDone,
        })
        const page = rows.slice(0, limit)
        const items = await summarise(context, tx, page)
        const last = page.at(-1)
        if (rows.length <= limit || last === undefined) return { items }
        return { items, next: writeJobCursor({ sort, key: last.sortKey, jobId: last.jobId, at: now }) }
      }),

    showJob: ({ params }, { caller }) => reading(caller, params.jobId, (tx, job) => describeJob(context, tx, job)),

    cancelJob: ({ params }, { caller }) => change(caller, params.jobId, cancelJob),
    pauseJob: ({ params }, { caller }) => change(caller, params.jobId, pauseJob),
    resumeJob: ({ params }, { caller }) => change(caller, params.jobId, resumeJob),
    approveJob: ({ params }, { caller }) => change(caller, params.jobId, approveJob),
    changeJob: ({ params, body: { priority, maxRunning } }, { caller }) =>
      change(caller, params.jobId, (context, unit, order) =>
        changeJob(context, unit, order, { priority, mostRunning: maxRunning }),
      ),
    finishJob: ({ params }, { caller }) => change(caller, params.jobId, finishJob),
    continueJob: ({ params, body: { samples } }, { caller }) =>
      change(caller, params.jobId, (context, unit, order) => continueJob(context, unit, order, samples)),

    requeueJob({ params, body: { all, frames } }, { caller }) {
      const what = all ? 'all' : frames === undefined ? 'unfinished' : { frames }
      return change(caller, params.jobId, (context, unit, order) => requeueJob(context, unit, order, what))
    },

    deleteJob: ({ params }, { caller }) =>
      changing(caller, (unit) => removeJob(context, unit, order(params.jobId, caller))),

    listFrames: ({ params, query }, { caller }) =>
      reading(caller, params.jobId, (tx, { jobId }) => farm.listFrames(tx, jobId, query)),

    listOutputs: ({ params }, { caller }) =>
      reading(caller, params.jobId, async (tx, { jobId }) => ({ items: await farm.listOutputs(tx, jobId) })),

    downloadOutputs: ({ params }, { caller }) =>
      reading(caller, params.jobId, async (tx, job) =>
        downloadOutputs(context, job, await farm.listOutputs(tx, job.jobId)),
      ),

    listTasks: ({ params, query }, { caller }) =>
      reading(caller, params.jobId, (tx, { jobId }) => farm.listTasks(tx, jobId, query)),

    listTimeline: ({ params, query }, { caller }) =>
      reading(caller, params.jobId, (tx, { jobId }) => farm.listTimeline(tx, jobId, query)),

    listEvents: ({ params, query: { cursor, limit } }, { caller }) =>
      reading(caller, params.jobId, async (tx, { jobId }) => {
        const rows = await listEvents(tx, { jobId, after: readCursor(cursor), limit: limit + 1 })
        const items = rows.slice(0, limit)
        const last = items.at(-1)
        return rows.length > limit && last !== undefined ? { items, next: last.eventId } : { items }
      }),

    listLogs: ({ params, query }, { caller }) =>
      reading(caller, params.jobId, async (tx, { jobId }) => ({ items: await farm.listLogs(tx, { ...query, jobId }) })),

    async whyJob({ params }, { caller }) {
      const job = await database.inTenant(caller.tenantId, (tx) => visible(tx, params.jobId, caller))
      return whyJob(context, job)
    },

    listSteps: () => Promise.resolve({ items: describeSteps() }),
  }
}

function onlyOwn(person: Person): string | undefined {
  return isAllowed(person.role, 'jobs.manage_all') ? undefined : person.userId
}

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

function readCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined || uuid.test(cursor)) return cursor
  throw new CodedError<ErrorCode>('request.invalid', 'The cursor is not one of this list.')
}
