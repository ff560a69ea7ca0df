import { formatSeconds } from '@backlot/base/format'
import { isEnded, type JobState } from '@backlot/contract/states'
import type { JobSummary } from '@backlot/contract/schemas/jobs'
import { connect } from '../connection.ts'
import type { CliContext } from '../context.ts'
import { table } from '../output.ts'

/** What a line of a terminal can spare. */
const longestName = 40

interface Options {
  state?: JobState
  limit: number
}

export async function run(context: CliContext, { state, limit }: Options): Promise<void> {
  const { client } = await connect(context)
  const jobs: JobSummary[] = []
  let next: string | undefined
  do {
    const page = await client.listJobs({
      query: { limit: Math.min(limit - jobs.length, 500), ...(state && { state }), ...(next && { cursor: next }) },
    })
    jobs.push(...page.items)
    next = page.next
  } while (next !== undefined && jobs.length < limit)
  const rows = jobs.map((job) => [
    job.jobId,
    job.name.length > longestName ? `${job.name.slice(0, longestName - 1)}…` : job.name,
    job.state,
    `${job.frames.completed}/${job.frames.total}`,
    job.eta.seconds === null || isEnded(job.state) ? '' : formatSeconds(job.eta.seconds),
    job.createdAt.slice(0, 16).replace('T', ' '),
  ])
  const none =
    state === undefined ? 'No jobs yet. Render something: backlot submit scene.blend --follow' : `No ${state} jobs.`
  context.output.answer(
    { jobs },
    rows.length === 0 ? none : table([['ID', 'NAME', 'STATE', 'FRAMES', 'LEFT', 'MADE (UTC)'], ...rows]),
  )
}
