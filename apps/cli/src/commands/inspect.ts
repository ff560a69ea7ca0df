import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { inspectFile } from '@backlot/blendfile/node/inspect-file'
import { checkIsFile } from '@backlot/submission/saved-file'
import type { CliContext } from '../context.ts'
import { inspectText } from '../inspect-text.ts'
import { naming } from '../naming.ts'

export async function run(context: CliContext, _options: object, [file]: [string]): Promise<void> {
  const { output, signal } = context
  const path = resolve(file)
  await checkIsFile(path)
  const found = await inspectFile(path, signal).catch((error: unknown) => {
    throw naming(path, error)
  })
  const { size } = await stat(path)
  output.answer(
    found,
    inspectText(found, size, (style, text) => output.paintAnswer(style, text)),
  )
}
