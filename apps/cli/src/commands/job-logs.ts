import { sleep } from '@backlot/base/wait'
import type { LogLine } from '@backlot/contract/schemas/jobs'
import { isEnded } from '@backlot/contract/states'
import { connect } from '../connection.ts'
import type { CliContext } from '../context.ts'
import { readJobId } from '../job-id.ts'

const pollMilliseconds = 1000
const pageSize = 2000

export async function run(context: CliContext, { follow }: { follow?: boolean }, [id]: [string]): Promise<void> {
  const jobId = readJobId(id)
  const { client } = await connect(context)
  const { output } = context
  const lines: LogLine[] = []
  for (let after = 0; ;) {
    // Asked before the lines: what is logged until the end is then surely among them.
    const { state } = await client.showJob({ params: { jobId } })
    let page: LogLine[]
    do {
      page = (await client.listLogs({ params: { jobId }, query: { after, limit: pageSize } })).items
      after = page.at(-1)?.seq ?? after
      if (output.json && !follow) lines.push(...page)
      else for (const line of page) output.line(line, `${line.at.slice(11, 23)} ${line.text}`)
    } while (page.length === pageSize)
    if (!follow || isEnded(state)) break
    await sleep(pollMilliseconds, context.signal)
  }
  if (output.json && !follow) output.answer({ lines }, '')
}
