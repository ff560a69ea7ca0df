import { connect } from '../connection.ts'
import type { CliContext } from '../context.ts'

interface Options {
  name: string
  worker?: boolean
  days?: number
}

export async function run(context: CliContext, { name, worker, days }: Options): Promise<void> {
  const { client } = await connect(context)
  const created = await client.createToken({
    body: { name, kind: worker ? 'worker_join' : 'personal', ...(days === undefined ? {} : { expiresInDays: days }) },
  })
  context.output.note('It is shown this once: keep it safe.')
  context.output.answer(created, created.secret)
}
