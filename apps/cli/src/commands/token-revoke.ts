import { connect } from '../connection.ts'
import type { CliContext } from '../context.ts'
import { readTokenId } from '../job-id.ts'

export async function run(context: CliContext, _options: object, [id]: [string]): Promise<void> {
  const tokenId = readTokenId(id)
  const { client } = await connect(context)
  await client.revokeToken({ params: { tokenId } })
  context.output.answer({ tokenId, revoked: true }, `Revoked ${tokenId}.`)
}
