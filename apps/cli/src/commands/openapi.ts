import { openApi } from '@backlot/contract/generate/openapi'
import version from '../../package.json' with { type: 'json' }
import type { CliContext } from '../context.ts'

export async function run(context: CliContext): Promise<void> {
  const document = openApi(version.version)
  context.output.answer(document, JSON.stringify(document, null, 2))
}
