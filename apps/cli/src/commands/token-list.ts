import { connect } from '../connection.ts'
import type { CliContext } from '../context.ts'
import { table } from '../output.ts'

export async function run(context: CliContext): Promise<void> {
  const { client } = await connect(context)
  const { items } = await client.listTokens({})
  const rows = items.map(({ id, kind, name, createdAt, expiresAt, lastUsedAt }) => [
    id,
    kind,
    name,
    createdAt.slice(0, 10),
    expiresAt?.slice(0, 10) ?? 'never',
    lastUsedAt ?? 'never',
  ])
  const text =
    rows.length === 0
      ? 'No tokens. Make one: backlot token create --name nightly'
      : table([['ID', 'KIND', 'NAME', 'MADE', 'ENDS', 'LAST USED'], ...rows])
  context.output.answer({ tokens: items }, text)
}
