import { basename, extname } from 'node:path'
import { CodedError } from '@backlot/base/errors'
import type { BlendInfo } from '@backlot/blendfile/inspect/inspect'
import { submission, type SubmissionInput } from '@backlot/contract/schemas/jobs'
import type { SceneChoice } from './scene-choice.ts'
import { chooseSplit } from './split-choice.ts'
import type { SubmitRequest } from './submit-request.ts'

/** What a submission says of its job before anything was traced or sent. */
export type JobSettings = Omit<SubmissionInput, 'submissionId' | 'treeId' | 'stages'>

const schema = submission.omit({ submissionId: true, treeId: true, stages: true })
const longestName = 200

/**
 * The settings of the job, checked as the server will check them: a wrong one is told before an upload that may take an
 * hour, not after it.
 *
 * @throws `request.invalid` with `details.problems`
 */
export function chooseSettings(
  request: SubmitRequest,
  info: Pick<BlendInfo, 'blenderVersion'>,
  choice: SceneChoice,
): JobSettings {
  const { projectId, chunk, taskSeconds, order, waitForApproval, priority, blender, maxRetries, maxFailures } = request
  const { tags, anyTags, notTags, memoryBytes, pool, licences, maxRunning } = request
  const { split } = chooseSplit(request, choice)
  const settings: JobSettings = {
    version: 1,
    name: request.name ?? basename(request.file, extname(request.file)).slice(0, longestName),
    frames: choice.frames,
    fileVersion: versionNumber(info.blenderVersion),
    render: {
      ...request.render,
      blendPath: basename(request.file),
      scene: choice.scene.name,
      ignoreErrors: request.ignoreErrors === true,
    },
    // A video of one frame is a still.
    ...(request.video !== false && choice.frameCount > 1 && { videoFps: Math.min(240, Math.max(1, choice.scene.fps)) }),
    contactSheet: choice.frameCount > 1,
    ...(split !== undefined && { split }),
    ...(projectId !== undefined && { projectId }),
    ...(chunk !== undefined && { chunk }),
    ...(taskSeconds !== undefined && { taskSeconds }),
    ...(order !== undefined && { order }),
    ...(waitForApproval !== undefined && { waitForApproval }),
    ...(priority !== undefined && { priority }),
    ...(tags !== undefined && { tags: [...tags] }),
    ...(anyTags !== undefined && { anyTags: [...anyTags] }),
    ...(notTags !== undefined && { notTags: [...notTags] }),
    ...(memoryBytes !== undefined && { memoryBytes }),
    ...(pool !== undefined && { pool }),
    ...(licences !== undefined && { licences: [...licences] }),
    ...(maxRunning !== undefined && { maxRunning }),
    ...(blender !== undefined && { blender }),
    ...(maxRetries !== undefined && { maxRetries }),
    ...(maxFailures !== undefined && { maxFailures }),
  }
  const checked = schema.safeParse(settings)
  if (checked.success) return settings
  const problems = checked.error.issues.map(({ path, message }) => ({ field: path.join('.'), message }))
  throw new CodedError('request.invalid', problems.map(({ field, message }) => `${field}: ${message}`).join('; '), {
    details: { problems },
  })
}

/** `4.5` or `4.5.1` → 405, as in the file's header. */
function versionNumber(version: string): number {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major * 100 + minor
}
