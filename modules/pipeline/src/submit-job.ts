import { CodedError } from '@backlot/base/errors'
import type { ErrorCode } from '@backlot/contract/errors'
import { type FrameSpan, parseFrames } from '@backlot/contract/frames'
import type { Person } from '@backlot/contract/handler'
import type { Submission } from '@backlot/contract/schemas/jobs'
import type { Tx } from '@backlot/db/tx'
import { inUnit } from '@backlot/db/unit'
import type { PipelineContext } from './context.ts'
import { newDocument } from './document.ts'
import { note, recordEvents } from './events.ts'
import { addJob } from './queries/add-job.ts'
import { findSubmission } from './queries/find-submission.ts'
import { documentSteps, planSteps } from './workflow.ts'

/** Registers a job, once for each `submissionId`: a repeated call answers the job that the first one made. */
export async function submitJob(
  context: PipelineContext,
  person: Person,
  submission: Submission,
): Promise<{ jobId: string; created: boolean }> {
  const { tenantId, userId: ownerId, name: ownerName } = person
  const spans = readFrames(submission)
  refuseOldBlender(submission)
  refuseSplitOfMany(submission, spans)
  const inTenant = <R>(work: (tx: Tx) => Promise<R>) => context.database.inTenant(tenantId, work)
  const { submissionId } = submission
  const known = await inTenant((tx) => findSubmission(tx, { tenantId, submissionId }))
  if (known !== undefined) return { jobId: ownJob(known, person), created: false }

  const projectId = await context.resolveProject(tenantId, submission.projectId)
  if (!(await context.treeExists(tenantId, submission.treeId))) {
    throw new CodedError<ErrorCode>('tree.not_found', 'The files of this job are not in storage.', {
      details: { treeId: submission.treeId },
    })
  }
  const planned = planSteps(submission, spans)
  const prepared = await context.farm.prepareSteps(planned)
  const now = context.clock()

  return inUnit(inTenant, now, async (unit) => {
    const { stages, submissionId, ...settings } = submission
    const { name, treeId, blender = null, fileVersion, maxRetries } = settings
    const document = newDocument(documentSteps(stages, planned, now), now)
    const job = { tenantId, projectId, submissionId, ownerId, ownerName, name, treeId, settings, document }
    const jobId = await addJob(unit.tx, job, now)
    if (jobId === undefined) {
      const other = await findSubmission(unit.tx, { tenantId, submissionId })
      return { jobId: ownJob(other as NonNullable<typeof other>, person), created: false }
    }
    const work = { jobId, tenantId, projectId, ownerId, name, treeId, blender, fileVersion, maxRetries }
    await context.farm.registerJob(unit, work, prepared)
    await recordEvents(context, unit, { jobId, tenantId, ownerId }, [
      note(`Submitted by ${ownerName}.`, { frames: submission.frames, order: submission.order, stages }),
    ])
    unit.afterCommit(() => context.jobTouched(jobId))
    return { jobId, created: true }
  })
}

function readFrames({ frames }: Submission): FrameSpan[] {
  const parsed = parseFrames(frames)
  if ('spans' in parsed) return parsed.spans
  throw new CodedError<ErrorCode>('submit.invalid_frames', `${parsed.problem}.`, { details: { frames } })
}

/** Asking for an older Blender than the file's would never find a worker. */
function refuseOldBlender({ blender, fileVersion }: Submission): void {
  if (blender === undefined) return
  const [major = 0, minor = 0] = blender.split('.').map(Number)
  if (major * 100 + minor >= fileVersion) return
  const saved = `${Math.floor(fileVersion / 100)}.${fileVersion % 100}`
  throw new CodedError<ErrorCode>('request.invalid', `Blender ${blender} can't open a file saved by ${saved}.`, {
    details: { blender, fileVersion },
  })
}

/** Ranges of samples are of one image. */
function refuseSplitOfMany({ split, frames }: Submission, spans: readonly FrameSpan[]): void {
  const [only, ...others] = spans
  if (split === undefined || (others.length === 0 && only !== undefined && only.first + only.step > only.last)) return
  throw new CodedError<ErrorCode>('request.invalid', 'Only a job of one frame can be split by samples.', {
    details: { frames },
  })
}

/** A submission id is chosen by a client: somebody else's must not lead to the job of that person. */
function ownJob({ jobId, ownerId }: { jobId: string; ownerId: string }, person: Person): string {
  if (ownerId === person.userId) return jobId
  throw new CodedError<ErrorCode>('request.conflict', 'Another person has used this submission id.')
}
