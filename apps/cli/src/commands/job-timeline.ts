import type { TimelineEntry } from '@backlot/contract/schemas/jobs'
import { connect } from '../connection.ts'
import type { CliContext } from '../context.ts'
import { readJobId } from '../job-id.ts'
import { timelineText } from '../timeline-text.ts'

/** Who rendered what, when. */
export async function run(context: CliContext, _: object, [id]: [string]): Promise<void> {
  const jobId = readJobId(id)
  const { client } = await connect(context)
  const attempts: TimelineEntry[] = []
  let cursor: string | undefined
  do {
    const page = await client.listTimeline({ params: { jobId }, query: { cursor, limit: 500 } })
    attempts.push(...page.items)
    cursor = page.next
  } while (cursor !== undefined)
  context.output.answer({ jobId, attempts }, timelineText(attempts, { now: new Date(), width: 64 }))
}
