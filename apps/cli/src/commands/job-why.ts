import { connect } from '../connection.ts'
import type { CliContext } from '../context.ts'
import { readJobId } from '../job-id.ts'

export async function run(context: CliContext, _options: object, [id]: [string]): Promise<void> {
  const jobId = readJobId(id)
  const { client } = await connect(context)
  const why = await client.whyJob({ params: { jobId } })
  const reasons =
    why.reasons.length === 0
      ? [`The job is ${why.state}: nothing holds it up.`]
      : why.reasons.map(({ message, advice }) => `${message}\n  ${advice}`)
  const keptOff = why.keptOff.map(
    ({ worker, step, failures, code }) => `Kept off ${step}: ${worker}, ${failures} failures in a row (${code}).`,
  )
  context.output.answer(why, [...reasons, ...keptOff].join('\n'))
}
