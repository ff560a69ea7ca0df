import { connect } from '../connection.ts'
import type { CliContext } from '../context.ts'

export async function run(context: CliContext, _options: object, [tokenId]: [string]): Promise<void> {
  const { client } = await connect(context)
  await client.revokeToken({ params: { tokenId } })
  context.output.answer({ tokenId, revoked: true }, `Revoked ${tokenId}.`)
}
